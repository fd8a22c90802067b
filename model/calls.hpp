#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/// The call table: everything that can be asked of the engine, one row a call. Dispatch, trace
/// reading and writing, call help, fuzzing and the proof census are all derived from it.
namespace bulkhead {

/// How an argument or output is read by a person and written in a trace. On the wire each is a
/// 64-bit register.
enum class Kind : uint8_t {
  compartment,  ///< a compartment id, written as a number
  pa,           ///< a physical byte address, written in hexadecimal
  ipa,          ///< an intermediate physical byte address, written in hexadecimal
  level,        ///< a table level, written as a number
  vcpu,         ///< the index of a vCPU, written as a number
  count,        ///< a quantity, written as a number
  flag,         ///< 0 or 1
  bits,         ///< a set of bits, written in hexadecimal
};

struct Parameter {
  std::string_view name;
  Kind kind;
  std::string_view meaning;
};

inline constexpr size_t max_inputs = 5;
inline constexpr size_t max_outputs = 1;

/// A fixed-capacity list of parameters; unused places have an empty name.
template <size_t capacity>
struct Parameters {
  std::array<Parameter, capacity> row{};
  size_t count = 0;
  constexpr const Parameter* begin() const { return row.data(); }
  constexpr const Parameter* end() const { return row.data() + count; }
  constexpr size_t size() const { return count; }
  constexpr const Parameter& operator[](size_t i) const { return row[i]; }
};

enum class Call : uint8_t {
  version,
  features,
  frame_donate,
  frame_reclaim,
  compartment_create,
  compartment_activate,
  compartment_stop,
  compartment_destroy,
  table_create,
  table_destroy,
  ipa_prepare,
  page_load,
  page_map,
  page_unmap,
  shared_map,
  shared_unmap,
  block_fold,
  block_split,
  ipa_claim,
  page_relinquish,
  page_share,
  page_unshare,
  vcpu_create,
  vcpu_destroy,
};

/// Who may make a call.
enum class Caller : uint8_t { anyone, host, guest };

struct CallRow {
  Call call;
  uint32_t number;  ///< the function number in W0 (SMCCC vendor-specific hypervisor range)
  std::string_view name;
  Caller caller;
  Parameters<max_inputs> inputs;
  Parameters<max_outputs> outputs;
  std::string_view summary;
};

namespace parameter {
inline constexpr Parameter cid{"cid", Kind::compartment, "compartment id, 1..65535"};
inline constexpr Parameter ipa{"ipa", Kind::ipa, "intermediate physical address"};
inline constexpr Parameter index{"index", Kind::vcpu, "index of the vCPU, 0..511"};
inline constexpr Parameter pa{"pa", Kind::pa, "physical address of a frame"};
inline constexpr Parameter level{"level", Kind::level,
                                 "level of the table, 1..3; of one that a block stands for 3 (2 MiB) or 2 (1 GiB)"};
}  // namespace parameter

template <class... P>
constexpr Parameters<max_inputs> inputs(P... p) {
  return {{p...}, sizeof...(p)};
}
template <class... P>
constexpr Parameters<max_outputs> outputs(P... p) {
  return {{p...}, sizeof...(p)};
}

/// First function number: SMC64 fast call, vendor-specific hypervisor service (DEN0028, 2.5).
inline constexpr uint32_t first_call_number = 0xC6000100;

constexpr CallRow row(Call call, std::string_view name, Caller caller, Parameters<max_inputs> in,
                      Parameters<max_outputs> out, std::string_view summary) {
  return {call, first_call_number + static_cast<uint32_t>(call), name, caller, in, out, summary};
}

inline constexpr std::array<CallRow, 24> calls = [] {
  using namespace parameter;
  const Parameter source{"src_pa", Kind::pa, "physical address of the frame copied from"};
  const Parameter root{"root_pa", Kind::pa, "physical address of the frame that becomes the root table"};
  const Parameter vcpus{"vcpus", Kind::count, "how many vCPUs it may have, 1..512"};
  const Parameter writable{"writable", Kind::flag, "1 if the compartment may write the page, 0 if not"};
  const Parameter pc{"pc", Kind::bits, "where the vCPU begins when it first runs"};
  const Parameter x0{"x0", Kind::bits, "what X0 holds then"};
  const Parameter version{"version", Kind::bits, "major version in bits [31:16], minor in [15:0]"};
  const Parameter features{"features", Kind::bits, "bit 0: memory isolation"};
  return std::array<CallRow, 24>{
      row(Call::version, "version", Caller::anyone, inputs(), outputs(version), "Says which interface this is."),
      row(Call::features, "features", Caller::anyone, inputs(), outputs(features), "Says what this engine implements."),
      row(Call::frame_donate, "frame_donate", Caller::host, inputs(pa), outputs(),
          "Gives a frame of the host to the engine, which zeroes it."),
      row(Call::frame_reclaim, "frame_reclaim", Caller::host, inputs(pa), outputs(),
          "Takes a spare frame back for the host."),
      row(Call::compartment_create, "compartment_create", Caller::host, inputs(cid, root, vcpus), outputs(),
          "Makes a compartment with an empty address space."),
      row(Call::compartment_activate, "compartment_activate", Caller::host, inputs(cid), outputs(),
          "Ends the building of a compartment; from now on it may run."),
      row(Call::compartment_stop, "compartment_stop", Caller::host, inputs(cid), outputs(),
          "Begins the running down of a compartment; it never runs again."),
      row(Call::compartment_destroy, "compartment_destroy", Caller::host, inputs(cid), outputs(),
          "Ends a compartment that has nothing left; its id is free again."),
      row(Call::table_create, "table_create", Caller::host, inputs(cid, ipa, level, pa), outputs(),
          "Makes a spare frame a translation table of a compartment."),
      row(Call::table_destroy, "table_destroy", Caller::host, inputs(cid, ipa, level), outputs(pa),
          "Takes an empty translation table away."),
      row(Call::ipa_prepare, "ipa_prepare", Caller::host, inputs(cid, ipa), outputs(),
          "Says, while building, that a page of the compartment is memory."),
      row(Call::page_load, "page_load", Caller::host, inputs(cid, ipa, pa, source), outputs(),
          "Maps a page, while building, with a copy of a host frame as its content."),
      row(Call::page_map, "page_map", Caller::host, inputs(cid, ipa, pa), outputs(), "Maps a zeroed page privately."),
      row(Call::page_unmap, "page_unmap", Caller::host, inputs(cid, ipa), outputs(pa),
          "Takes a private page away and zeroes it."),
      row(Call::shared_map, "shared_map", Caller::host, inputs(cid, ipa, pa, writable), outputs(),
          "Maps a frame of the host in the compartment's shared half."),
      row(Call::shared_unmap, "shared_unmap", Caller::host, inputs(cid, ipa), outputs(pa),
          "Takes a shared page away from the compartment."),
      row(Call::block_fold, "block_fold", Caller::host, inputs(cid, ipa, level), outputs(pa),
          "Puts one block in the place of a table that maps one run of frames."),
      row(Call::block_split, "block_split", Caller::host, inputs(cid, ipa, level, pa), outputs(),
          "Puts a table in the place of a block."),
      row(Call::ipa_claim, "ipa_claim", Caller::guest, inputs(ipa), outputs(),
          "Says that a page of the caller is memory from now on, whatever it held before."),
      row(Call::page_relinquish, "page_relinquish", Caller::guest, inputs(ipa), outputs(),
          "Gives a page of the caller back, which is zeroed."),
      row(Call::page_share, "page_share", Caller::guest, inputs(ipa), outputs(),
          "Lets the host read and write a page of the caller."),
      row(Call::page_unshare, "page_unshare", Caller::guest, inputs(ipa), outputs(),
          "Takes a page that the caller shares away from the host."),
      row(Call::vcpu_create, "vcpu_create", Caller::host, inputs(cid, index, pa, pc, x0), outputs(),
          "Makes a vCPU, while building, whose context a spare frame holds; index 0 is on, every other one off."),
      row(Call::vcpu_destroy, "vcpu_destroy", Caller::host, inputs(cid, index), outputs(pa),
          "Takes a vCPU away and zeroes its context."),
  };
}();

constexpr const CallRow& row_of(Call call) { return calls[static_cast<size_t>(call)]; }
/// Whether the call takes a table level.
constexpr bool takes_level(Call call) {
  for (const Parameter& input : row_of(call).inputs) {
    if (input.kind == Kind::level) { return true; }
  }
  return false;
}
/// Whether the call is about the compartment that makes it.
constexpr bool is_about_caller(Call call) { return row_of(call).caller == Caller::guest; }
/// Whether the call is about one compartment.
constexpr bool is_about_compartment(Call call) {
  for (const Parameter& input : row_of(call).inputs) {
    if (input.kind == Kind::compartment) { return true; }
  }
  return is_about_caller(call);
}
constexpr std::string_view name_of(Call call) { return row_of(call).name; }

/// The call of that name, if there is one.
constexpr std::optional<Call> call_named(std::string_view name) {
  for (const CallRow& r : calls) {
    if (r.name == name) { return r.call; }
  }
  return std::nullopt;
}

/// The call of that function number, if there is one.
constexpr std::optional<Call> call_numbered(uint64_t number) {
  for (const CallRow& r : calls) {
    if (r.number == number) { return r.call; }
  }
  return std::nullopt;
}

}  // namespace bulkhead
