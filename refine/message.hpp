#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

/// What goes through the pipe from a worker to its parent: messages, each a kind, a length and so many bytes.
namespace bulkhead::refine {

enum class MessageKind : uint8_t {
  record = 1,     ///< something the work found, in bytes that mean something to whoever ordered it
  completed,      ///< the work ran to its end; nothing follows
  threw,          ///< it threw what the bytes say; nothing follows
  out_of_memory,  ///< it ran out of memory; nothing follows
};

struct Message {
  MessageKind kind;
  std::string bytes;
};

/// What cannot be read as what it should be.
class Unreadable : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes a message to a file descriptor. Allocates nothing. Throws std::system_error if it cannot be written and
/// Unreadable if it is longer than a reader takes.
void write_message(int descriptor, MessageKind kind, std::string_view bytes);

/// Puts messages together from the pieces in which they arrive.
class MessageReader {
 public:
  void add(std::string_view piece) { bytes_ += piece; }
  /// The next message if it is there in full. Throws Unreadable at what no message begins with, and at anything after a
  /// message that is the last.
  std::optional<Message> next();
  /// Whether a part of a message is there.
  bool is_within_message() const { return !bytes_.empty(); }

 private:
  std::string bytes_;
  bool is_over_ = false;
};

}  // namespace bulkhead::refine
