#pragma once

#include <array>
#include <string_view>

#include "tests/qemu/opinion.hpp"

/// What the architecture leaves open: CONSTRAINED UNPREDICTABLE, IMPLEMENTATION DEFINED or UNKNOWN. The model has
/// chosen one of the behaviours allowed, and QEMU shows the same one.
namespace bulkhead::qemu {

struct Choice {
  std::string_view name;
  std::string_view says;     ///< what the model does
  std::string_view section;  ///< of DDI 0487
  /// Whether the choice is met by a query that stage 1 lets through; `model` is the answer without departures.
  bool (*is_met)(const hw::Registers& registers, const hw::Features& features, const Query& query,
                 const Opinion& model);
};

extern const std::array<Choice, 12> choices;

}  // namespace bulkhead::qemu
