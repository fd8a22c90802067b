#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bulkhead {

/// What a call returns. Only `ok` has an effect.
enum class Status : uint8_t {
  ok,
  bad_address,
  bad_argument,
  no_such,
  in_use,
  bad_state,
  no_table,
  not_mapped,
  not_empty,
  busy,
  denied,
  unsupported,
};
constexpr unsigned enum_width(Status) { return 4; }

inline constexpr std::array<std::string_view, 12> status_names = {
    "ok",       "bad_address", "bad_argument", "no_such", "in_use", "bad_state",
    "no_table", "not_mapped",  "not_empty",    "busy",    "denied", "unsupported"};

constexpr std::string_view name_of(Status status) { return status_names[static_cast<size_t>(status)]; }

/// The status of that name, if there is one.
constexpr std::optional<Status> status_named(std::string_view name) {
  for (size_t i = 0; i < status_names.size(); ++i) {
    if (status_names[i] == name) { return static_cast<Status>(i); }
  }
  return std::nullopt;
}

}  // namespace bulkhead
