#include "refine/message.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace bulkhead::refine {
namespace {

/// The kind, then the length. Both ends are one program, so the order of bytes is the machine's.
using Header = std::array<char, 1 + sizeof(uint32_t)>;

/// A worker that goes astray must not fill the memory of its parent.
constexpr uint32_t longest = 64U << 20U;

void write_all(int descriptor, const char* bytes, size_t size) {
  while (size != 0) {
    const ssize_t written = write(descriptor, bytes, size);
    if (written < 0 && errno == EINTR) { continue; }
    if (written < 0) { throw std::system_error(errno, std::generic_category(), "a pipe cannot be written"); }
    bytes += written;
    size -= static_cast<size_t>(written);
  }
}

std::optional<MessageKind> kind_of(char byte) {
  for (const auto kind :
       {MessageKind::record, MessageKind::completed, MessageKind::threw, MessageKind::out_of_memory}) {
    if (static_cast<uint8_t>(byte) == static_cast<uint8_t>(kind)) { return kind; }
  }
  return std::nullopt;
}

}  // namespace

void write_message(int descriptor, MessageKind kind, std::string_view bytes) {
  if (bytes.size() > longest) { throw Unreadable("a message is too long"); }
  const auto length = static_cast<uint32_t>(bytes.size());
  Header header{static_cast<char>(kind)};
  std::memcpy(header.data() + 1, &length, sizeof length);
  write_all(descriptor, header.data(), header.size());
  write_all(descriptor, bytes.data(), bytes.size());
}

std::optional<Message> MessageReader::next() {
  if (bytes_.empty()) { return std::nullopt; }
  const auto kind = kind_of(bytes_.front());
  if (!kind) { throw Unreadable(fmt::format("no message begins with the byte {:#04x}", uint8_t(bytes_.front()))); }
  if (is_over_) { throw Unreadable("something follows the last message"); }
  if (bytes_.size() < Header().size()) { return std::nullopt; }
  uint32_t length = 0;
  std::memcpy(&length, bytes_.data() + 1, sizeof length);
  if (length > longest) { throw Unreadable(fmt::format("a message of {} bytes is too long", length)); }
  if (bytes_.size() < Header().size() + length) { return std::nullopt; }
  Message message{*kind, bytes_.substr(Header().size(), length)};
  bytes_.erase(0, Header().size() + length);
  is_over_ = *kind != MessageKind::record;
  return message;
}

}  // namespace bulkhead::refine
