#include "model/json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

namespace bulkhead::json {
namespace {

/// Walks over the text and tells how far the parser has read.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** read) : at_(at), read_(read) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *read_ = ++at_;
    return *this;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }
  bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** read_;
};

/// What should stand where the parser complains, if it does not say so itself.
std::string what_is_missed(std::string_view complaint) {
  if (complaint.find("UTF-8") != complaint.npos) { return "UTF-8"; }
  return complaint.find("number") != complaint.npos ? "a number that a double can hold" : "a JSON value";
}

/// What the parser complains of, without its own idea of the place and of what it read last.
std::string complaint(std::string_view what) {
  for (const std::string_view prefix : {"] ", " - "}) {
    if (const size_t found = what.find(prefix); found != what.npos) { what.remove_prefix(found + prefix.size()); }
  }
  std::string text(what);
  if (const size_t read = text.find("; last read: "); read != text.npos) {
    const size_t expected = text.find("'; expected ", read);
    text.erase(read, expected == text.npos ? text.npos : expected + 1 - read);
  }
  if (text.find("; expected ") == text.npos) { text += "; expected " + what_is_missed(text); }
  return "not JSON: " + printable(text, 200);
}

}  // namespace

std::optional<uint64_t> hexadecimal(std::string_view text) {
  if (text.size() < 3 || text.size() > 18 || text.substr(0, 2) != "0x") { return std::nullopt; }
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
  if (error != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  return number;
}

/// Receives the parser's events and lays the values down in the order of the text.
class Builder {
 public:
  Builder(Document& document, const char* const& read) : document_(document), read_(read) {}

  bool null() { return add(Document::Type::null); }
  bool boolean(bool value) {
    add(Document::Type::boolean);
    document_.nodes_.back().number = value ? 1 : 0;
    return true;
  }
  bool number_integer(int64_t value) { return real(static_cast<double>(value)); }
  bool number_unsigned(uint64_t value) {
    add(Document::Type::natural);
    document_.nodes_.back().number = value;
    return true;
  }
  bool number_float(double value, const std::string& /*text*/) { return real(value); }
  bool string(std::string& text) {
    add(Document::Type::string);
    document_.nodes_.back().text = keep(text);
    return true;
  }
  bool binary(std::vector<uint8_t>& /*value*/) { return false; }
  bool start_object(size_t /*size*/) { return open(Document::Type::object); }
  bool start_array(size_t /*size*/) { return open(Document::Type::array); }
  bool key(std::string& text) {
    key_ = keep(text);
    past_token();
    return true;
  }
  bool end_object() {
    const uint32_t object = open_.back();
    close();
    refuse_repeated_keys(object);
    return true;
  }
  bool end_array() {
    close();
    return true;
  }
  bool parse_error(size_t /*position*/, const std::string& /*token*/, const std::exception& error) {
    const size_t read = offset();
    document_.fail_at(read == 0 ? 0 : read - 1, complaint(error.what()));
  }

 private:
  uint32_t offset() const { return static_cast<uint32_t>(read_ - document_.text_.data()); }

  bool real(double value) {
    add(Document::Type::other_number);
    document_.nodes_.back().number = std::bit_cast<uint64_t>(value);
    return true;
  }

  void past_token() { end_of_last_ = offset(); }

  Document::Piece keep(const std::string& text) {
    const Document::Piece piece{static_cast<uint32_t>(document_.characters_.size()),
                                static_cast<uint32_t>(text.size())};
    document_.characters_ += text;
    return piece;
  }

  /// Between two tokens there is nothing but white space, a comma or a colon.
  bool add(Document::Type type) {
    token_ = static_cast<uint32_t>(document_.text_.find_first_not_of(" \t\r\n,:", end_of_last_));
    past_token();
    document_.nodes_.push_back({.type = type,
                                .offset = token_,
                                .offset_end = end_of_last_,
                                .end = static_cast<uint32_t>(document_.nodes_.size()) + 1,
                                .key = std::exchange(key_, {}),
                                .text = {}});
    return true;
  }

  bool open(Document::Type type) {
    add(type);
    if (open_.size() == max_depth) {
      document_.fail_at(token_, fmt::format("nested too deep: expected at most {} levels", max_depth));
    }
    open_.push_back(static_cast<uint32_t>(document_.nodes_.size() - 1));
    return true;
  }

  void close() {
    past_token();
    Document::Node& node = document_.nodes_[open_.back()];
    node.end = static_cast<uint32_t>(document_.nodes_.size());
    node.offset_end = end_of_last_;
    open_.pop_back();
  }

  /// Sorted by key, two that are equal stand side by side.
  void refuse_repeated_keys(uint32_t object) {
    const auto& nodes = document_.nodes_;
    members_.clear();
    for (uint32_t child = object + 1; child < nodes[object].end; child = nodes[child].end) {
      members_.push_back(child);
    }
    const auto key_of = [&](uint32_t member) { return document_.view(nodes[member].key); };
    std::sort(members_.begin(), members_.end(),
              [&](uint32_t a, uint32_t b) { return std::pair(key_of(a), a) < std::pair(key_of(b), b); });
    const auto same = [&](uint32_t a, uint32_t b) { return key_of(a) == key_of(b); };
    const auto found = std::adjacent_find(members_.begin(), members_.end(), same);
    if (found == members_.end()) { return; }
    const uint32_t second = found[1];
    document_.fail_at(nodes[second].offset, fmt::format("key \"{}\" stands twice; expected each key at most once",
                                                        printable(key_of(second))));
  }

  Document& document_;
  const char* const& read_;
  uint32_t token_ = 0;        ///< offset of the token just read
  uint32_t end_of_last_ = 0;  ///< offset after it
  Document::Piece key_;
  std::vector<uint32_t> open_;     ///< the containers around the current place
  std::vector<uint32_t> members_;  ///< scratch of `refuse_repeated_keys`
};

/// Reads what nearly every line of a trace is, several times as fast as the parser: one object without others in it,
/// whose values are natural numbers and strings of printable ASCII without escapes. It lays down what the parser would,
/// or says no, and then the parser decides.
class PlainObject {
 public:
  explicit PlainObject(Document& document) : document_(document), text_(document.text_) {}

  bool read() {
    if (!take('{')) { return false; }
    document_.nodes_.push_back({.type = Document::Type::object, .offset = 0, .offset_end = 0, .key = {}, .text = {}});
    do {
      if (!read_member()) { return false; }
      skip_spaces();
    } while (take(','));
    if (!take('}')) { return false; }
    document_.nodes_[0].offset_end = at_;
    document_.nodes_[0].end = static_cast<uint32_t>(document_.nodes_.size());
    skip_spaces();
    return at_ == text_.size();
  }

 private:
  static constexpr size_t most_members = 8;  ///< their keys are compared each with each
  static constexpr size_t most_digits = 19;  ///< of a number below 2^64 whatever they are

  bool take(char wanted) {
    if (at_ == text_.size() || text_[at_] != wanted) { return false; }
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') { ++at_; }
  }

  bool read_member() {
    skip_spaces();
    Document::Piece key;
    if (document_.nodes_.size() > most_members || !read_string(key) || is_known(key)) { return false; }
    skip_spaces();
    if (!take(':')) { return false; }
    skip_spaces();
    const uint32_t offset = at_;
    const auto index = static_cast<uint32_t>(document_.nodes_.size());
    document_.nodes_.push_back(
        {.type = Document::Type::string, .offset = offset, .offset_end = 0, .end = index + 1, .key = key, .text = {}});
    Document::Node& node = document_.nodes_.back();
    const bool is_read = at_ < text_.size() && text_[at_] == '"' ? read_string(node.text) : read_natural(node);
    node.offset_end = at_;
    return is_read;
  }

  bool read_string(Document::Piece& piece) {
    if (!take('"')) { return false; }
    const uint32_t first = at_;
    while (at_ < text_.size() && text_[at_] >= ' ' && text_[at_] < '\x7f' && text_[at_] != '"' && text_[at_] != '\\') {
      ++at_;
    }
    piece = {static_cast<uint32_t>(document_.characters_.size()), at_ - first};
    document_.characters_ += text_.substr(first, at_ - first);
    return take('"');
  }

  bool read_natural(Document::Node& node) {
    const uint32_t first = at_;
    node.type = Document::Type::natural;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      node.number = node.number * 10 + static_cast<uint64_t>(text_[at_] - '0');
    }
    const size_t digits = at_ - first;
    return digits == 1 || (digits > 1 && digits <= most_digits && text_[first] != '0');
  }

  bool is_known(const Document::Piece& key) const {
    const auto& nodes = document_.nodes_;
    return std::any_of(nodes.begin() + 1, nodes.end(),
                       [&](const Document::Node& node) { return document_.view(node.key) == document_.view(key); });
  }

  Document& document_;
  std::string_view text_;
  uint32_t at_ = 0;  ///< offset of what comes next
};

Value Document::parse(std::string_view text, std::string_view file, uint64_t line) {
  text_ = text;
  file_ = file;
  line_ = line;
  nodes_.clear();
  characters_.clear();
  if (text.size() > std::numeric_limits<uint32_t>::max() / 2) { fail_at(0, "expected less than 2 GiB of JSON"); }
  if (PlainObject(*this).read()) { return {*this, 0}; }
  nodes_.clear();
  characters_.clear();
  if (const size_t nul = text.find('\0'); nul != text.npos) {
    fail_at(nul, "not JSON: NUL byte; expected a JSON value");
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") { fail_at(0, "byte order mark; expected JSON in UTF-8 without one"); }
  const char* read = text.data();
  Builder builder(*this, read);
  nlohmann::json::sax_parse(Cursor(text.data(), &read), Cursor(text.data() + text.size(), &read), &builder);
  return {*this, 0};
}

void Document::fail_at(size_t offset, std::string_view message) const {
  const std::string_view before = text_.substr(0, offset);
  const auto lines = static_cast<uint64_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  throw Error({std::string(file_), line_ + lines, offset - start + 1}, message);
}

uint64_t Value::number() const {
  const Document::Node& node = document_->nodes_[index_];
  if (node.type == Document::Type::natural) { return node.number; }
  if (node.type == Document::Type::string) {
    if (const auto number = hexadecimal(document_->view(node.text))) { return *number; }
  }
  fail_expecting("a number in 0..2^64-1, or a string such as \"0x1f\"");
}

uint64_t Value::number(uint64_t first, uint64_t last) const {
  const uint64_t value = number();
  if (value < first || value > last) { fail_expecting(fmt::format("a number in {}..{}", first, last)); }
  return value;
}

double Value::real() const {
  const Document::Node& node = document_->nodes_[index_];
  if (node.type == Document::Type::natural) { return static_cast<double>(node.number); }
  if (node.type != Document::Type::other_number) { fail_expecting("a number"); }
  return std::bit_cast<double>(node.number);
}

std::string_view Value::string() const {
  if (!is_string()) { fail_expecting("a string"); }
  return document_->view(document_->nodes_[index_].text);
}

bool Value::boolean() const {
  const Document::Node& node = document_->nodes_[index_];
  if (node.type != Document::Type::boolean) { fail_expecting("true or false"); }
  return node.number == 1;
}

bool Value::is_string() const { return document_->nodes_[index_].type == Document::Type::string; }
bool Value::is_object() const { return document_->nodes_[index_].type == Document::Type::object; }

Children Value::children() const { return {*document_, index_ + 1, document_->nodes_[index_].end}; }

Children Value::elements() const {
  if (document_->nodes_[index_].type != Document::Type::array) { fail_expecting("an array"); }
  return children();
}

Children Value::members() const {
  if (!is_object()) { fail_expecting("an object"); }
  return children();
}

std::optional<Value> Value::find(std::string_view key) const {
  for (const Value member : members()) {
    if (member.key() == key) { return member; }
  }
  return std::nullopt;
}

Value Value::at(std::string_view key) const {
  if (const auto found = find(key)) { return *found; }
  const std::string_view in = this->key();
  fail(in.empty() ? fmt::format("expected the key \"{}\"", key)
                  : fmt::format("expected the key \"{}\" in \"{}\"", key, printable(in)));
}

void Value::allow_only(std::initializer_list<std::string_view> keys) const {
  allow_only(std::span(keys.begin(), keys.size()));
}

void Value::allow_only(std::span<const std::string_view> keys) const {
  for (const Value member : members()) {
    if (std::find(keys.begin(), keys.end(), member.key()) != keys.end()) { continue; }
    const std::string expected = keys.empty() ? "no keys" : fmt::format("none but {}", fmt::join(keys, ", "));
    member.fail(fmt::format("unknown key \"{}\"; expected {}", printable(member.key()), expected));
  }
}

std::string_view Value::key() const { return document_->view(document_->nodes_[index_].key); }

std::string Value::source() const {
  const Document::Node& node = document_->nodes_[index_];
  std::string_view text = document_->text_.substr(node.offset, node.offset_end - node.offset);
  // The end of a number is only seen by reading one byte further.
  if (!is_string()) { text = text.substr(0, text.find_first_of(" \t\r\n,]}")); }
  return printable(text, 40);
}

void Value::fail_expecting(std::string_view expected) const {
  const bool is_array = document_->nodes_[index_].type == Document::Type::array;
  const std::string found = is_object() ? "an object" : is_array ? "an array" : source();
  fail(key().empty() ? fmt::format("{}: expected {}", found, expected)
                     : fmt::format("\"{}\" is {}: expected {}", printable(key()), found, expected));
}

void Value::fail(std::string_view message) const { document_->fail_at(document_->nodes_[index_].offset, message); }

Children::Iterator& Children::Iterator::operator++() {
  index_ = document_->nodes_[index_].end;
  return *this;
}

size_t Children::size() const {
  size_t count = 0;
  for (auto child = begin(); child != end(); ++child) { ++count; }
  return count;
}

std::string quoted(std::string_view utf8) {
  return nlohmann::json(utf8).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace bulkhead::json
