#include "hw/effect_judge.hpp"

#include <fmt/format.h>

#include "hw/recorded_words.hpp"

namespace bulkhead::hw {
namespace {

using C = Concrete;
using namespace recorded;

std::string in_words(const EntryChange& change) { return in_words(change.entry, change.vmid); }

std::string on_cpu(uint64_t number, const EntryChange& change) {
  return fmt::format("{}, changed on cpu {}", in_words(change), number);
}

}  // namespace

EffectJudge::EffectJudge(const JudgeSetting& setting) : setting_(setting) {
  use_.set_private_end(setting.private_pages);
  if (setting.vttbr != 0) { static_cast<void>(name_stage2(cpu(0))); }
}

EffectJudge::CpuState& EffectJudge::cpu(uint64_t number) {
  return cpus_.try_emplace(number, CpuState{{}, setting_.vtcr, setting_.vttbr, 0}).first->second;
}

std::optional<uint64_t> EffectJudge::vmid_in_force(const CpuState& cpu) const {
  if (!cpu.order.stage2_in_force()) { return std::nullopt; }
  return vmid_of(cpu.vtcr, cpu.vttbr);
}

Verdict EffectJudge::judge(const Recorded& recorded) {
  const Effect& effect = recorded.effect;
  const uint64_t frame = raw(effect.frame);
  switch (effect.kind) {
    case EffectKind::load:
      return load(effect);
    case EffectKind::store:
      return store(recorded.cpu, effect);
    case EffectKind::fill:
    case EffectKind::copy:
      return overwrite(recorded.cpu, effect);
    case EffectKind::clean:
      contents_.clean(recorded.cpu, frame);
      return std::nullopt;
    case EffectKind::dc:
      if (recorded.cleans) {
        const Pa<C> line(raw(effect.value));
        contents_.clean(recorded.cpu, raw(frame_of(line)), raw(index_of(line)));
      }
      return std::nullopt;
    case EffectKind::dsb:
      dsb(recorded);
      return std::nullopt;
    case EffectKind::isb:
    case EffectKind::exception:
      cpu(recorded.cpu).order.isb();
      return std::nullopt;
    case EffectKind::tlbi:
      return tlbi(recorded);
    case EffectKind::msr:
      return msr(recorded);
    case EffectKind::lock:
      locks_ = true;
      ++cpu(recorded.cpu).locks;
      return std::nullopt;
    case EffectKind::unlock:
      return unlock(recorded.cpu);
    case EffectKind::eret:
      return eret(recorded.cpu);
    case EffectKind::ic:
      return std::nullopt;
  }
  return std::nullopt;
}

// Memory

Verdict EffectJudge::load(const Effect& effect) {
  const uint64_t frame = raw(effect.frame);
  const uint64_t index = raw(effect.index);
  const uint64_t value = raw(effect.value);
  const auto known = memory_.word(frame, index);
  if (known == value) { return std::nullopt; }
  const auto entry = tables_.entry(frame, index);
  const uint64_t ignored = entry ? hardware_bits() : 0;
  if (known && ((*known ^ value) & ~ignored) != 0 && (entry || is_private_to_hypervisor(frame))) {
    return breach_of(IsolationRule::memory, fmt::format("{:#x}: holds {:#x} by what was stored, and {:#x} is loaded",
                                                        frame << page_shift | index << 3U, *known, value));
  }
  memory_.store(frame, index, value);
  return entry && !known ? learn_entry(*entry, value) : std::nullopt;
}

/// Bits of a descriptor that hardware changes by itself.
uint64_t EffectJudge::hardware_bits() const {
  const Stage2 stage2 = stage2_of(setting_.vtcr);
  return (stage2.sets_access_flag ? s2::AF::mask : 0) | (stage2.sets_dirty_state ? uint64_t{1} << 7U : 0);
}

bool EffectJudge::is_hosts_no_more(uint64_t frame) const {
  const auto host = tables_.with_vmid(0);
  return host && tables_.is_known_unmapped(*host, frame, memory_);
}

bool EffectJudge::are_hosts_no_more(uint64_t first, unsigned level) const {
  if (level < FrameUse::largest_followed) { return false; }
  for (uint64_t frame = first; frame <= (first | span_mask(level)); ++frame) {
    if (!is_hosts_no_more(frame)) { return false; }
  }
  return true;
}

bool EffectJudge::is_private_to_hypervisor(uint64_t frame) const {
  return use_.mapped(frame) == nullptr && use_.held(frame) == nullptr && is_hosts_no_more(frame);
}

Verdict EffectJudge::store(uint64_t cpu, const Effect& effect) {
  const uint64_t frame = raw(effect.frame);
  const uint64_t index = raw(effect.index);
  const uint64_t value = raw(effect.value);
  if (const Target* target = use_.abandoned(frame)) {
    return breach_of(IsolationRule::revoked, fmt::format("{}: stored to, and {} that TLBs may still hold",
                                                         frame_in_words(frame), in_words(*target)));
  }
  const auto entry = tables_.entry(frame, index);
  const auto before = memory_.word(frame, index);
  memory_.store(frame, index, value);
  auto breach = entry ? store_entry(cpu, *entry, before, value) : std::nullopt;
  contents_.write(cpu, frame, index);
  use_.overwrite(frame, index);
  return breach;
}

Verdict EffectJudge::overwrite(uint64_t cpu, const Effect& effect) {
  const uint64_t frame = raw(effect.frame);
  const Target* target = use_.held(frame) != nullptr ? use_.held(frame) : use_.mapped(frame);
  if (target != nullptr) {
    return breach_of(Rule::out_of_reach, fmt::format("{}: {}", frame_in_words(frame), in_words(*target)));
  }
  if (const auto tree = tables_.with_root(frame << page_shift)) {
    const uint64_t vmid = tables_.tree(*tree).vmid;
    const bool is_named = tables_.tree(*tree).is_named;
    if (is_named && !vmids_.is_clean(vmid)) {
      return breach_of(Rule::vmid_clean,
                       fmt::format("VMID {}, whose root {:#x} is overwritten", vmid, frame << page_shift));
    }
    end_stage2(*tree);
  } else if (tables_.table(frame) != nullptr) {
    return breach_of(Rule::out_of_reach, fmt::format("{}: a table that an entry leads to", frame_in_words(frame)));
  }
  if (effect.kind == EffectKind::fill) {
    memory_.fill(frame, raw(effect.value), effect.step);
  } else {
    memory_.copy(frame, raw(effect.source));
  }
  contents_.write(cpu, frame);
  use_.overwrite(frame);
  return std::nullopt;
}

// Registers, barriers and invalidations

Verdict EffectJudge::msr(const Recorded& recorded) {
  const uint64_t value = raw(recorded.effect.value);
  switch (recorded.effect.reg) {
    case Register::vttbr_el2:
      return write_vttbr(recorded.cpu, value);
    case Register::hcr_el2:
      forces_write_back_ = static_cast<bool>(hcr_el2::FWB::is(HcrEl2<C>(value), 1));
      return std::nullopt;
    case Register::vtcr_el2:
      break;
  }
  // The stage-2 that was taken for granted is not this hypervisor's.
  if (!sets_own_vtcr_ && !has_named_ && setting_.vttbr != 0) {
    if (const auto tree = tables_.with_vmid(0)) { end_stage2(*tree); }
    setting_.vttbr = 0;
    for (auto& each : cpus_) { each.second.vttbr = 0; }
  }
  if (!sets_own_vtcr_) { use_.set_private_end(0); }
  sets_own_vtcr_ = true;
  setting_.vtcr = value;
  cpu(recorded.cpu).vtcr = value;
  return std::nullopt;
}

Verdict EffectJudge::write_vttbr(uint64_t number, uint64_t value) {
  CpuState& state = cpu(number);
  const auto place = [&] { return fmt::format("VTTBR_EL2 of cpu {}: {:#x} after {:#x}", number, value, state.vttbr); };
  if (!state.order.stage2_in_force()) { return breach_of(Rule::synchronised, place()); }
  if (state.order.has_open_invalidation()) { return breach_of(Rule::stage2, place()); }
  has_named_ = true;
  state.order.msr_vttbr();
  state.vttbr = value;
  return name_stage2(state);
}

Verdict EffectJudge::tlbi(const Recorded& recorded) {
  CpuState& state = cpu(recorded.cpu);
  if (!state.order.stage2_in_force()) {
    return breach_of(Rule::synchronised,
                     fmt::format("VTTBR_EL2 of cpu {}: {:#x} is not in force", recorded.cpu, state.vttbr));
  }
  const auto vmid = vmid_in_force(state);
  changes_.tlbi(recorded, vmid);
  vmids_.tlbi(recorded.cpu, recorded.effect.tlbi, vmid);
  state.order.tlbi(recorded.effect.tlbi);
  return std::nullopt;
}

void EffectJudge::dsb(const Recorded& recorded) {
  const Barrier barrier = recorded.effect.barrier;
  cpu(recorded.cpu).order.dsb(barrier);
  contents_.dsb(recorded.cpu, barrier);
  changes_.dsb(recorded.cpu, barrier, [this, &recorded](const EntryChange& change) {
    for (const Target& target : change.held) {
      use_.forget(target);
      if (target.writable && use_.is_left_by(target)) { contents_.leave(recorded.cpu, target.vmid, target.frame); }
    }
  });
  vmids_.dsb(recorded.cpu, barrier);
}

// The end of a call

Verdict EffectJudge::unlock(uint64_t number) {
  CpuState& state = cpu(number);
  if (state.locks > 0) { --state.locks; }
  if (state.locks > 0) { return std::nullopt; }
  if (auto breach = return_from_call(number)) { return breach; }
  if (state.order.is_synchronised()) { return std::nullopt; }
  return breach_of(Rule::synchronised, fmt::format("cpu {}, VTTBR_EL2 {:#x}", number, state.vttbr));
}

/// An exception return synchronises too. Without locks the call ends here.
Verdict EffectJudge::eret(uint64_t number) {
  CpuState& state = cpu(number);
  auto breach = locks_ ? std::nullopt : return_from_call(number);
  state.order.isb();
  vmids_.use(vmid_of(state.vtcr, state.vttbr));
  return breach;
}

Verdict EffectJudge::return_from_call(uint64_t number) {
  if (const EntryChange* change = changes_.unsettled(number)) {
    return breach_of(Rule::invalidated, on_cpu(number, *change));
  }
  if (const EntryChange* change = changes_.unpublished(number)) {
    return breach_of(Rule::published, on_cpu(number, *change));
  }
  for (const uint64_t frame : contents_.take_written(number)) {
    const Target* target = use_.mapped(frame);
    if (target == nullptr || forces_write_back_) { continue; }
    return breach_of(Rule::cleaned, fmt::format("{}: {}", frame_in_words(frame), hw::in_words(*target)));
  }
  return std::nullopt;
}

}  // namespace bulkhead::hw
