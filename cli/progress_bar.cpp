#include "cli/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/counted.hpp"

namespace bulkhead::cli {
namespace {

constexpr size_t columns = 30;

std::string time_left(double seconds) {
  const auto whole = static_cast<size_t>(std::ceil(seconds));
  return whole < 60 ? fmt::format("{} s left", whole) : fmt::format("{} min {} s left", whole / 60, whole % 60);
}

}  // namespace

std::string progress_bar(size_t done, size_t all, std::string_view what, double seconds) {
  const size_t filled = all == 0 ? 0 : columns * std::min(done, all) / all;
  std::string line = fmt::format("[{}{}] {} of {}", std::string(filled, '='), std::string(columns - filled, ' '),
                                 counted(done), counted(all, what));
  if (done == 0 || done >= all) { return line; }
  return line + ", " + time_left(seconds * static_cast<double>(all - done) / static_cast<double>(done));
}

}  // namespace bulkhead::cli
