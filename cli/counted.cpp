#include "cli/counted.hpp"

#include <fmt/format.h>

namespace bulkhead::cli {

std::string counted(size_t count) {
  std::string text = fmt::format("{}", count);
  for (size_t i = text.size(); i > 3; i -= 3) { text.insert(i - 3, ","); }
  return text;
}

std::string counted(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", counted(count), what, count == 1 ? "" : "s");
}

}  // namespace bulkhead::cli
