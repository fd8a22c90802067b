#pragma once

#include <array>
#include <string_view>

/// The rules by which effects on tables and TLBs are judged: those of a handler's path in the proof, and those that a
/// recorder saw in `replay`.
namespace bulkhead::hw {

enum class Rule : uint8_t {
  break_before_make,
  published,
  filled,
  cleaned,
  invalidated,
  out_of_reach,
  vmid_clean,
  stage2,
  synchronised,
};

struct RuleText {
  Rule rule;
  std::string_view name;     ///< stable
  std::string_view text;     ///< what holds
  std::string_view section;  ///< of DDI 0487
};

inline constexpr std::array<RuleText, 9> maintenance_rules = {{
    {Rule::break_before_make, "break_before_make",
     "no valid entry becomes another valid one, but by way of an invalid one that every TLB has forgotten", "D8.16.1"},
    {Rule::published, "published", "a new valid entry is seen by every table walk before the call returns", "B2.3.12"},
    {Rule::filled, "filled", "a table is filled, and every table walk sees that, before an entry leads to it",
     "B2.3.12"},
    {Rule::cleaned, "cleaned",
     "what was written to a page, or could be by an entry that is gone, is cleaned to the point of coherency before an "
     "entry leads to it and before the call returns",
     "D7.5.9"},
    {Rule::invalidated, "invalidated",
     "an entry made invalid is forgotten by every TLB before the call returns: DSB, TLBI of its VMID and IPA or of all "
     "of it, DSB",
     "D8.16"},
    {Rule::out_of_reach, "out_of_reach", "a frame is overwritten only when no CPU can translate to it", "D8.16"},
    {Rule::vmid_clean, "vmid_clean", "when an id becomes free, no TLB holds anything of its VMID", "D8.16"},
    {Rule::stage2, "stage2",
     "VTTBR_EL2 names the host's stage-2 or a compartment's, and keeps it until each invalidation is complete",
     "D8.17"},
    {Rule::synchronised, "synchronised", "an ISB follows each write of VTTBR_EL2 and the TLB invalidations", "D1.4"},
}};

constexpr const RuleText& text_of(Rule rule) { return maintenance_rules.at(static_cast<size_t>(rule)); }

}  // namespace bulkhead::hw
