#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

/// Strict reading of JSON (RFC 8259). Refused with the line and column, beside what JSON itself
/// refuses: a key twice in one object, text that is not UTF-8, nesting deeper than `max_depth`.
namespace bulkhead::json {

inline constexpr size_t max_depth = 32;

class Document;
class Children;

/// A value of a document, valid until the document is parsed again. Every member that asks for a
/// type, a key or a range throws `Error` at the value's place if it is not so.
class Value {
 public:
  /// Any 64-bit number: a JSON number, or a string such as "0x1f".
  uint64_t number() const;
  /// A number in first..last.
  uint64_t number(uint64_t first, uint64_t last) const;
  /// Any number that JSON can write, as near as a double comes to it.
  double real() const;
  std::string_view string() const;
  bool boolean() const;
  /// The elements of an array, or the members of an object, in order.
  Children elements() const;
  Children members() const;

  bool is_string() const;
  bool is_object() const;

  /// The member of that key.
  Value at(std::string_view key) const;
  std::optional<Value> find(std::string_view key) const;
  /// Requires an object with no other keys than these.
  void allow_only(std::span<const std::string_view> keys) const;
  void allow_only(std::initializer_list<std::string_view> keys) const;

  /// The key under which an object has the value; empty otherwise.
  std::string_view key() const;
  /// Throws the error that this value is not what was expected.
  [[noreturn]] void fail_expecting(std::string_view expected) const;
  /// Throws an error at this value; the message says what is wrong and what was expected.
  [[noreturn]] void fail(std::string_view message) const;

 private:
  friend class Document;
  friend class Children;
  Value(const Document& document, uint32_t index) : document_(&document), index_(index) {}
  Children children() const;
  /// The value as its source has it, on one line and cut if long.
  std::string source() const;

  const Document* document_;
  uint32_t index_;
};

/// The values in an array or object, in the order of the text.
class Children {
 public:
  class Iterator {
   public:
    Iterator(const Document& document, uint32_t index) : document_(&document), index_(index) {}
    Value operator*() const { return Children::value(*document_, index_); }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    const Document* document_;
    uint32_t index_;
  };
  Children(const Document& document, uint32_t first, uint32_t end) : document_(&document), first_(first), end_(end) {}
  Iterator begin() const { return {*document_, first_}; }
  Iterator end() const { return {*document_, end_}; }
  size_t size() const;

 private:
  static Value value(const Document& document, uint32_t index) { return {document, index}; }

  const Document* document_;
  uint32_t first_;
  uint32_t end_;
};

/// One JSON text. Can be parsed into again and again; memory is kept.
class Document {
 public:
  /// Reads one JSON text, whose first byte stands at column 1 of `line` of `file`. Both texts must
  /// outlive the use of the values. Throws `Error`.
  Value parse(std::string_view text, std::string_view file, uint64_t line);

 private:
  friend class Value;
  friend class Children;
  friend class Builder;
  friend class PlainObject;
  enum class Type : uint8_t { null, boolean, natural, other_number, string, object, array };
  /// A piece of `characters_`.
  struct Piece {
    uint32_t first = 0;
    uint32_t size = 0;
  };
  /// Values stand in the order of the text; the children of a container follow it, up to `end`.
  struct Node {
    Type type;
    uint32_t offset;      ///< of the value's first byte in the text
    uint32_t offset_end;  ///< after its last byte
    uint32_t end = 0;     ///< index after the last value within this one
    Piece key;
    Piece text;           ///< of a string: its characters
    uint64_t number = 0;  ///< of a natural number: its value; of a boolean: 0 or 1; of another one: a double
  };

  std::string_view view(Piece piece) const { return std::string_view(characters_).substr(piece.first, piece.size); }
  [[noreturn]] void fail_at(size_t offset, std::string_view message) const;

  std::string_view text_;
  std::string_view file_;
  uint64_t line_ = 0;
  std::vector<Node> nodes_;
  std::string characters_;
};

/// The text as a JSON string, in quotation marks, ASCII only where it must be escaped.
std::string quoted(std::string_view utf8);

/// The number, of at most 64 bits, of a text such as "0x1f"; nothing if it is none.
std::optional<uint64_t> hexadecimal(std::string_view text);

}  // namespace bulkhead::json
