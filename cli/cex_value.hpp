#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/json.hpp"
#include "model/types.hpp"

/// Single values of a counterexample file.
namespace bulkhead::cli {

inline std::string hex(uint64_t word) { return fmt::format("{:#x}", word); }
/// A frame or page by its number, as the address that it begins at.
inline std::string address(uint64_t number) { return hex(number << page_shift); }

/// The number of a frame or page whose address is given.
inline uint64_t read_page_number(json::Value value) {
  const uint64_t at = value.number(0, low_mask(address_bits));
  if ((at & low_mask(page_shift)) != 0) { value.fail_expecting("the address of a page, a multiple of 0x1000"); }
  return at >> page_shift;
}

/// The step of a fill.
inline uint64_t read_step(json::Value value) {
  const uint64_t step = value.number();
  if ((step & (step - 1)) != 0) { value.fail_expecting("0 or a power of two"); }
  return step;
}

/// The enumerator of the name, given the names in the order of the enumeration.
template <class E, size_t count>
E read_name(json::Value value, const std::array<std::string_view, count>& names) {
  const auto* found = std::find(names.begin(), names.end(), value.string());
  if (found == names.end()) { value.fail_expecting(fmt::format("one of {}", fmt::join(names, ", "))); }
  return static_cast<E>(found - names.begin());
}

}  // namespace bulkhead::cli
