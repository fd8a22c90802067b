#pragma once

#include <optional>
#include <string>

#include "hw/isolation_rules.hpp"
#include "hw/maintenance_rules.hpp"

namespace bulkhead::hw {

/// A rule that an effect breaks.
struct Breach {
  std::string_view rule;     ///< its stable name
  std::string_view text;     ///< what should hold
  std::string_view section;  ///< of DDI 0487
  std::string place;         ///< which entry, frame or VMID, in words
};

/// What is wrong with an effect; nothing if all is well.
using Verdict = std::optional<Breach>;

template <class AnyRule>
Breach breach_of(AnyRule rule, std::string place) {
  const auto& text = text_of(rule);
  return {text.name, text.text, text.section, std::move(place)};
}

}  // namespace bulkhead::hw
