#include "cli/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

/// Whether the whole text is such a number.
template <class Number>
bool read(const std::string& text, Number& number) {
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  return error == std::errc{} && end == last;
}

}  // namespace

std::string natural_problem(const std::string& text) {
  uint64_t number = 0;
  if (read(text, number)) { return {}; }
  return fmt::format("{}: expected a number in 0..2^64-1", printable(text));
}

std::string seconds_problem(const std::string& text) {
  double number = 0;
  if (read(text, number) && std::isfinite(number) && number > 0) { return {}; }
  return fmt::format("{}: expected a number of seconds above 0", printable(text));
}

}  // namespace bulkhead::cli
