#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// What effects on memory, tables and TLBs must not do to isolation, whoever the hypervisor is: the rules by which
/// `replay` judges what a recorder saw. Those of maintenance are in hw/maintenance_rules.hpp.
namespace bulkhead::hw {

enum class IsolationRule : uint8_t {
  one_writer,
  host_excluded,
  table_hidden,
  table_shared,
  revoked,
  scrubbed,
  vmid_reused,
  memory,
};

struct IsolationRuleText {
  IsolationRule rule;
  std::string_view name;     ///< stable
  std::string_view text;     ///< what holds
  std::string_view section;  ///< of DDI 0487
};

inline constexpr std::array<IsolationRuleText, 8> isolation_rules = {{
    {IsolationRule::one_writer, "one_writer", "no frame is writable under two VMIDs, the host's (0) aside", "D8.2"},
    {IsolationRule::host_excluded, "host_excluded",
     "no frame that is mapped in the private part of a guest's IPA space is mapped for the host, unless the guest "
     "shares it",
     "D8.2"},
    {IsolationRule::table_hidden, "table_hidden", "no translation table can be reached as memory under any VMID",
     "D8.2"},
    {IsolationRule::table_shared, "table_shared", "a translation table serves one stage-2", "D8.2"},
    {IsolationRule::revoked, "revoked",
     "a frame is used for something else only when every TLB has forgotten the entry that led to it", "D8.16"},
    {IsolationRule::scrubbed, "scrubbed",
     "a frame that one guest alone could reach is overwritten before it is mapped for anyone else or becomes a table",
     "D8.2"},
    {IsolationRule::vmid_reused, "vmid_reused",
     "a VMID gets another stage-2 only when no TLB holds anything of the first", "D8.16"},
    {IsolationRule::memory, "memory", "what no guest can write holds what was last stored there", "B2.3"},
}};

constexpr const IsolationRuleText& text_of(IsolationRule rule) { return isolation_rules.at(static_cast<size_t>(rule)); }

}  // namespace bulkhead::hw
