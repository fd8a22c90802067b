#include "refine/query/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "refine/query/expression.hpp"

namespace bulkhead::refine::query {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool goes_on(char c) { return begins_word(c) || is_digit(c); }

/// What someone who knows another language would write.
struct Foreign {
  std::string_view mark;
  std::string_view advice;
};
constexpr std::array<Foreign, 6> foreign = {{{"&&", "`&&` is written `and`"},
                                             {"||", "`||` is written `or`"},
                                             {"->", "`->` is written `implies`"},
                                             {"=>", "`=>` is written `implies`"},
                                             {"!", "`!` is written `not`"},
                                             {"=", "`=` is written `==`"}}};
constexpr std::array<std::string_view, 10> marks = {"==", "!=", "<=", ">=", "<", ">", "(", ")", ",", "."};

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& file) : text_(text), at_{file, 1, 1} {}

  std::vector<Token> all() {
    if (text_.size() > longest_expression) {
      throw Error(at_, fmt::format("the expression is longer than {} bytes", longest_expression));
    }
    std::vector<Token> tokens;
    for (skip(); !text_.empty(); skip()) { tokens.push_back(next()); }
    tokens.push_back({Token::Kind::end, "", 0, at_});
    return tokens;
  }

 private:
  std::string take(size_t size) {
    std::string taken(text_.substr(0, size));
    text_.remove_prefix(size);
    at_.column += size;
    return taken;
  }
  void skip() {
    while (!text_.empty()) {
      if (text_[0] == '#') {
        take(std::min(text_.find('\n'), text_.size()));
      } else if (text_[0] == '\n') {
        text_.remove_prefix(1);
        ++at_.line;
        at_.column = 1;
      } else if (text_[0] == ' ' || text_[0] == '\t' || text_[0] == '\r') {
        take(1);
      } else {
        return;
      }
    }
  }
  Token next() {
    const bulkhead::Place place = at_;
    if (begins_word(text_[0])) { return {Token::Kind::word, run(), 0, place}; }
    if (is_digit(text_[0])) { return number(place); }
    return {Token::Kind::mark, mark(), 0, place};
  }
  std::string run() {
    const auto end = std::find_if_not(text_.begin(), text_.end(), goes_on);
    return take(static_cast<size_t>(end - text_.begin()));
  }
  Token number(const bulkhead::Place& place) {
    const std::string digits = run();
    const bool is_hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
    const char* const begin = digits.data() + (is_hexadecimal ? 2 : 0);
    const char* const end = digits.data() + digits.size();
    uint64_t value = 0;
    const auto read = std::from_chars(begin, end, value, is_hexadecimal ? 16 : 10);
    if (read.ec == std::errc::result_out_of_range) {
      throw Error(place, fmt::format("{} is more than 64 bits; expected a smaller number", printable(digits)));
    }
    if (read.ec != std::errc() || read.ptr != end) {
      throw Error(place,
                  fmt::format("{} is no number; expected digits, or 0x and hexadecimal digits", printable(digits)));
    }
    return {Token::Kind::number, digits, value, place};
  }
  std::string mark() {
    const auto stands_here = [this](std::string_view one) { return text_.starts_with(one); };
    const auto known = std::find_if(marks.begin(), marks.end(), stands_here);
    if (known != marks.end()) { return take(known->size()); }
    for (const Foreign& one : foreign) {
      if (stands_here(one.mark)) { throw Error(at_, std::string(one.advice)); }
    }
    throw Error(at_, fmt::format("`{}` has no meaning; expected a name, a number, a function, an operator "
                                 "(== != < <= > >= and or not implies) or a bracket",
                                 printable(text_.substr(0, 1))));
  }

  std::string_view text_;
  bulkhead::Place at_;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view text, const std::string& file) { return Scanner(text, file).all(); }

}  // namespace bulkhead::refine::query
