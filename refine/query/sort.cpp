#include "refine/query/sort.hpp"

#include <fmt/format.h>

#include <array>

#include "model/calls.hpp"
#include "model/status.hpp"
#include "model/types.hpp"

namespace bulkhead::refine::query {
namespace {

constexpr std::array<std::string_view, 3> access_names = {"none", "read", "read_write"};

/// The enumerators of a sort, named in the order of their values.
template <size_t count>
void add(std::vector<Enumerator>& all, Sort sort, const std::array<std::string_view, count>& names) {
  for (size_t i = 0; i < count; ++i) { all.push_back({names[i], sort, i}); }
}

std::vector<Enumerator> make_enumerators() {
  std::vector<Enumerator> all = {{"true", Sort::condition, 1}, {"false", Sort::condition, 0}};
  add(all, Sort::frame_state, frame_state_names);
  add(all, Sort::ipa_state, ipa_state_names);
  all.push_back({"mapped", Sort::ipa_state, mapped_ipa_state});
  add(all, Sort::compartment_state, compartment_state_names);
  add(all, Sort::power, vcpu_state_names);
  add(all, Sort::access, access_names);
  all.push_back({"host", Sort::compartment, 0});
  add(all, Sort::status, status_names);
  for (const CallRow& row : calls) { all.push_back({row.name, Sort::call, static_cast<uint64_t>(row.call)}); }
  return all;
}

}  // namespace

std::string_view name_of(Sort sort) {
  switch (sort) {
    case Sort::condition:
      return "condition";
    case Sort::frame:
      return "frame";
    case Sort::ipa:
      return "ipa";
    case Sort::compartment:
      return "compartment";
    case Sort::index:
      return "index";
    case Sort::level:
      return "level";
    case Sort::vcpu:
      return "vcpu";
    case Sort::number:
      return "number";
    case Sort::frame_state:
      return "frame state";
    case Sort::ipa_state:
      return "IPA state";
    case Sort::compartment_state:
      return "compartment state";
    case Sort::power:
      return "power";
    case Sort::access:
      return "access";
    case Sort::status:
      return "status";
    case Sort::call:
      return "call";
  }
  return "value";
}

unsigned width_of(Sort sort) {
  switch (sort) {
    case Sort::condition:
      return 1;
    case Sort::frame:
    case Sort::ipa:
      return tag::Frame::width;
    case Sort::compartment:
      return tag::CompartmentId::width;
    case Sort::index:
      return tag::Index::width;
    case Sort::level:
      return tag::Level::width;
    case Sort::vcpu:
      return tag::VcpuIndex::width;
    case Sort::number:
      return tag::Word::width;
    case Sort::frame_state:
      return enum_width(FrameState{});
    case Sort::ipa_state:
      return enum_width(IpaState{});
    case Sort::compartment_state:
      return enum_width(CompartmentState{});
    case Sort::power:
      return enum_width(VcpuState{});
    case Sort::access:
      return enum_width(Access{});
    case Sort::status:
      return enum_width(Status{});
    case Sort::call:
      return 8;
  }
  return 0;
}

bool is_enumeration(Sort sort) {
  switch (sort) {
    case Sort::frame_state:
    case Sort::ipa_state:
    case Sort::compartment_state:
    case Sort::power:
    case Sort::access:
    case Sort::status:
    case Sort::call:
      return true;
    case Sort::condition:
    case Sort::frame:
    case Sort::ipa:
    case Sort::compartment:
    case Sort::index:
    case Sort::level:
    case Sort::vcpu:
    case Sort::number:
      return false;
  }
  return false;
}

uint64_t largest(Sort sort) {
  const bool is_address = sort == Sort::frame || sort == Sort::ipa;
  return low_mask(is_address ? address_bits : width_of(sort));
}

const std::vector<Enumerator>& enumerators() {
  static const std::vector<Enumerator> all = make_enumerators();
  return all;
}

std::vector<Enumerator> enumerators_named(std::string_view name) {
  std::vector<Enumerator> found;
  for (const Enumerator& one : enumerators()) {
    if (one.name == name) { found.push_back(one); }
  }
  return found;
}

std::string constants_of(Sort sort) {
  std::string names;
  for (const Enumerator& one : enumerators()) {
    if (one.sort == sort) { names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name); }
  }
  return names;
}

std::string written(Sort sort, uint64_t value) {
  if (is_enumeration(sort)) {
    for (const Enumerator& one : enumerators()) {
      if (one.sort == sort && one.value == value) { return std::string(one.name); }
    }
  }
  switch (sort) {
    case Sort::frame:
    case Sort::ipa:
      return fmt::format("0x{:x}", value << page_shift);
    case Sort::compartment:
      return value == 0 ? "host" : fmt::format("{}", value);
    case Sort::condition:
      return value == 0 ? "false" : "true";
    case Sort::number:
      return fmt::format("0x{:x}", value);
    case Sort::index:
    case Sort::level:
    case Sort::vcpu:
    case Sort::frame_state:
    case Sort::ipa_state:
    case Sort::compartment_state:
    case Sort::power:
    case Sort::access:
    case Sort::status:
    case Sort::call:
      break;
  }
  return fmt::format("{}", value);
}

}  // namespace bulkhead::refine::query
