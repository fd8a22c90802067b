#pragma once

#include "refine/archive.hpp"
#include "refine/counterexample.hpp"

/// The fields of a counterexample, for both directions (archive.hpp). A binding that leaves a field out does not
/// compile.
namespace bulkhead {

constexpr Status last_of(Status) { return Status::unsupported; }
constexpr Call last_of(Call) { return calls.back().call; }
constexpr FrameState last_of(FrameState) { return FrameState::device; }
constexpr CompartmentState last_of(CompartmentState) { return CompartmentState::stopping; }
constexpr VcpuState last_of(VcpuState) { return VcpuState::on; }
constexpr IpaState last_of(IpaState) { return IpaState::destroyed; }

template <class Archive, class Tag>
void pass(Archive& archive, Value<Concrete, Tag>& value) {
  uint64_t number = raw(value);
  archive(number);
  value = Value<Concrete, Tag>(number);
}

}  // namespace bulkhead

namespace bulkhead::hw {

constexpr EffectKind last_of(EffectKind) { return EffectKind::exception; }
constexpr Barrier last_of(Barrier) { return Barrier::sy; }
constexpr Tlbi last_of(Tlbi) { return Tlbi::alle1; }
constexpr Register last_of(Register) { return Register::hcr_el2; }

template <class Archive>
void pass(Archive& archive, Effect<Concrete>& effect) {
  auto& [kind, barrier, tlbi, reg, frame, index, value, source, step] = effect;
  archive(kind, barrier, tlbi, reg, frame, index, value, source, step);
}

}  // namespace bulkhead::hw

namespace bulkhead::refine {

template <class Archive>
void pass(Archive& archive, FrameRecord& record) {
  auto& [state, owner, parent_table, parent_index, level, base, ram, reserved, engine_device, rest, step] = record;
  archive(state, owner, parent_table, parent_index, level, base, ram, reserved, engine_device, rest, step);
}

template <class Archive>
void pass(Archive& archive, FrameRun& run) {
  auto& [frames, state, owner, base] = run;
  archive(frames, state, owner, base);
}

template <class Archive>
void pass(Archive& archive, CompartmentRecord& record) {
  auto& [state, root, vcpus] = record;
  archive(state, root, vcpus);
}

template <class Archive>
void pass(Archive& archive, VcpuRecord& record) {
  auto& [state, frame] = record;
  archive(state, frame);
}

template <class Archive>
void pass(Archive& archive, HostTablePlan& plan) {
  auto& [root, level1, level2, level3, fine] = plan;
  archive(root, level1, level2, level3, fine);
}

template <class Archive>
void pass(Archive& archive, SmallState& state) {
  auto& [frames, runs, words, compartments, vcpus, vttbr, host] = state;
  archive(frames, runs, words, compartments, vcpus, vttbr, host);
}

template <class Archive>
void pass(Archive& archive, FrameView& view) {
  auto& [state, owner, shared_with] = view;
  archive(state, owner, shared_with);
}

template <class Archive>
void pass(Archive& archive, CompartmentView& view) {
  auto& [state, root, vcpus] = view;
  archive(state, root, vcpus);
}

template <class Archive>
void pass(Archive& archive, VcpuView& view) {
  auto& [state, frame] = view;
  archive(state, frame);
}

template <class Archive>
void pass(Archive& archive, Translation& found) {
  auto& [frame, readable, writable, device] = found;
  archive(frame, readable, writable, device);
}

template <class Archive>
void pass(Archive& archive, PageView& view) {
  auto& [found, state, tables] = view;
  archive(found, state, tables);
}

template <class Archive>
void pass(Archive& archive, SpecPlaces& places) {
  auto& [frames, compartments, vcpus, pages, contents] = places;
  archive(frames, compartments, vcpus, pages, contents);
}

template <class Archive>
void pass(Archive& archive, PathStep& step) {
  auto& [file, line, taken, text] = step;
  archive(file, line, taken, text);
}

template <class Archive>
void pass(Archive& archive, CallEnd& ending) {
  auto& [status, outputs, why] = ending;
  archive(status, outputs, why);
}

template <class Archive>
void pass(Archive& archive, PointPart& part) {
  auto& [name, number, matters] = part;
  archive(name, number, matters);
}

template <class Archive>
void pass(Archive& archive, CallMade& made) {
  auto& [call, cpu, caller, arguments, engine, spec, path, effects] = made;
  archive(call, cpu, caller, arguments, engine, spec, path, effects);
}

template <class Archive>
void pass(Archive& archive, BootTrace& trace) {
  auto& [text, why] = trace;
  archive(text, why);
}

constexpr Window::As last_of(Window::As) { return Window::As::table; }

template <class Archive>
void pass(Archive& archive, Window& window) {
  auto& [first, last, cpu, vmid, page, frame, as, was_allowed] = window;
  archive(first, last, cpu, vmid, page, frame, as, was_allowed);
}

template <class Archive>
void pass(Archive& archive, Counterexample& counterexample) {
  auto& [goal, says, before, made, point, after, wanted, trace, window] = counterexample;
  archive(goal, says, before, made, point, after, wanted, trace, window);
}

}  // namespace bulkhead::refine
