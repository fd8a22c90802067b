#include "refine/view.hpp"

#include <fmt/format.h>

#include "hw/descriptor.hpp"
#include "impl/vtcr.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;

constexpr uint64_t normal_write_back = 0b1111;
constexpr uint64_t device_ngnre = 0b0001;

bool is_owned(FrameState state) {
  switch (state) {
    case FrameState::root:
    case FrameState::table:
    case FrameState::vcpu:
    case FrameState::data:
    case FrameState::shared_data:
      return true;
    case FrameState::host:
    case FrameState::spare:
    case FrameState::engine:
    case FrameState::device:
      return false;
  }
  return false;
}

/// Reads an attribute that is neither of the two kinds of memory as neither: readable by no one.
std::optional<Translation> translation_of(const hw::WalkResult<C>& walked) {
  if (!walked.is_mapped()) { return std::nullopt; }
  const bool normal = raw(walked.memory_attribute()) == normal_write_back && static_cast<bool>(walked.executable_el1) &&
                      static_cast<bool>(walked.executable_el0);
  const bool device =
      raw(walked.memory_attribute()) == device_ngnre && !walked.executable_el1 && !walked.executable_el0;
  if (!normal && !device) { return Translation{.frame = raw(walked.frame())}; }
  return Translation{raw(walked.frame()), static_cast<bool>(walked.readable), static_cast<bool>(walked.writable),
                     device};
}

Frame<C> root_of(const ConcreteEngine& engine, CompartmentId<C> id) {
  return raw(id) == 0 ? engine.host_root : engine.compartments.root.get(id);
}

/// Follows the tables that serve the page and reads what the entry after the last one says.
void follow_tables(const ConcreteEngine& engine, Frame<C> root, Page<C> page, PageView& view) {
  Frame<C> table = root;
  for (unsigned level = 0; level <= leaf_level; ++level) {
    const Word<C> entry = engine.hardware.memory().load(table, hw::index_at<C>(page, level));
    if (!hw::is_table<C>(entry, level)) {
      view.state = view.found ? IpaState::empty : enumerator(ipa_state_of<C>(entry));
      return;
    }
    table = hw::output_frame<C>(entry);
    view.tables[level] = raw(table);
  }
}

/// The two bits of an invalid entry can say what is no IPA state.
std::string_view name_in_entry(IpaState state) {
  return static_cast<size_t>(state) < ipa_state_names.size() ? name_of(state) : "no IPA state";
}

template <class Vcpus>
VcpuView view_vcpu_in(const Vcpus& vcpus, CompartmentId<C> id, VcpuIndex<C> index) {
  const VcpuState state = enumerator(vcpus.state.get(id, index));
  if (state == VcpuState::none) { return {}; }
  return {state, raw(vcpus.frame.get(id, index))};
}

}  // namespace

const hw::Stage2& engine_stage2() {
  static constexpr hw::Stage2 stage2 = hw::stage2_of(hw::VtcrEl2<C>(impl::vtcr));
  return stage2;
}

hw::VttbrEl2<C> vttbr_for(const ConcreteEngine& engine, CompartmentId<C> id) {
  return hw::VttbrEl2<C>((raw(id) << 48) | raw(address_of(root_of(engine, id))));
}

FrameView view_frame(const ConcreteEngine& engine, Frame<C> frame) {
  const FrameState state = enumerator(engine.frames.state.get(frame));
  const uint64_t owner = raw(engine.frames.owner.get(frame));
  return {state, is_owned(state) ? owner : 0, state == FrameState::host ? owner : 0};
}

FrameView view_frame(const ConcreteSpec& spec, Frame<C> frame) {
  return {enumerator(spec.frames.state.get(frame)), raw(spec.frames.owner.get(frame)),
          raw(spec.frames.shared_with.get(frame))};
}

CompartmentView view_compartment(const ConcreteEngine& engine, CompartmentId<C> id) {
  const CompartmentState state = enumerator(engine.compartments.state.get(id));
  if (state == CompartmentState::free) { return {}; }
  return {state, raw(engine.compartments.root.get(id)), raw(engine.compartments.vcpus.get(id))};
}

CompartmentView view_compartment(const ConcreteSpec& spec, CompartmentId<C> id) {
  const CompartmentState state = enumerator(spec.compartments.state.get(id));
  if (state == CompartmentState::free) { return {}; }
  return {state, raw(spec.compartments.root.get(id)), raw(spec.compartments.vcpus.get(id))};
}

VcpuView view_vcpu(const ConcreteEngine& engine, CompartmentId<C> id, VcpuIndex<C> index) {
  return view_vcpu_in(engine.vcpus, id, index);
}

VcpuView view_vcpu(const ConcreteSpec& spec, CompartmentId<C> id, VcpuIndex<C> index) {
  return view_vcpu_in(spec.vcpus, id, index);
}

std::optional<Translation> view_translation(const ConcreteEngine& engine, CompartmentId<C> id, Page<C> page) {
  if (raw(id) != 0 && engine.compartments.state.get(id) == CompartmentState::free) { return std::nullopt; }
  const auto read = [&engine](Pa<C> pa) { return engine.hardware.memory().load(frame_of(pa), index_of(pa)); };
  return translation_of(
      hw::walk<C>(engine_stage2(), vttbr_for(engine, id), address_of(page), hw::AccessKind::read_el1, read));
}

std::optional<Translation> view_translation(const ConcreteSpec& spec, CompartmentId<C> id, Page<C> page) {
  if (raw(id) == 0) {
    const auto frame = widen<Frame<C>>(page);
    if (!spec.host_can_access(frame)) { return std::nullopt; }
    const bool device = static_cast<bool>(spec.frames.state.get(frame) == FrameState::device);
    return Translation{.frame = raw(frame), .readable = true, .writable = true, .device = device};
  }
  const Access access = enumerator(spec.translations.access.get(id, page));
  if (access == Access::none) { return std::nullopt; }
  return Translation{.frame = raw(spec.translations.frame.get(id, page)),
                     .readable = true,
                     .writable = access == Access::read_write,
                     .device = false};
}

PageView view_page(const ConcreteEngine& engine, CompartmentId<C> id, Page<C> page) {
  PageView view;
  if (engine.compartments.state.get(id) == CompartmentState::free) { return view; }
  view.found = view_translation(engine, id, page);
  follow_tables(engine, engine.compartments.root.get(id), page, view);
  return view;
}

PageView view_page(const ConcreteSpec& spec, CompartmentId<C> id, Page<C> page) {
  PageView view;
  view.found = view_translation(spec, id, page);
  if (!view.found) { view.state = enumerator(spec.translations.state.get(id, page)); }
  for (unsigned level = 1; level <= leaf_level; ++level) { view.tables[level - 1] = view_table(spec, id, page, level); }
  return view;
}

std::optional<uint64_t> view_table(const ConcreteEngine& engine, CompartmentId<C> id, Page<C> page, unsigned level) {
  if (raw(id) != 0 && engine.compartments.state.get(id) == CompartmentState::free) { return std::nullopt; }
  PageView view;
  follow_tables(engine, root_of(engine, id), page, view);
  return view.tables.at(level - 1);
}

std::optional<uint64_t> view_table(const ConcreteSpec& spec, CompartmentId<C> id, Page<C> page, unsigned level) {
  const Level<C> at(level);
  if (spec.tables.present.get(at, id, page) != Flag::yes) { return std::nullopt; }
  return raw(spec.tables.frame.get(at, id, page));
}

std::string describe(const FrameView& view) {
  std::string text(name_of(view.state));
  if (view.owner != 0) { text += fmt::format(" of compartment {}", view.owner); }
  if (view.shared_with != 0) { text += fmt::format(", shared with compartment {}", view.shared_with); }
  return text;
}

std::string describe(const CompartmentView& view) {
  if (view.state == CompartmentState::free) { return "free"; }
  return fmt::format("{}, root {:#x}, {} vCPUs", name_of(view.state), view.root << page_shift, view.vcpus);
}

std::string describe(const VcpuView& view) {
  if (view.state == VcpuState::none) { return "none"; }
  return fmt::format("{}, context in {:#x}", name_of(view.state), view.frame << page_shift);
}

std::string describe(const std::optional<Translation>& found) {
  if (!found) { return "nothing"; }
  return fmt::format("{:#x} {}{}{}", found->frame << page_shift, found->readable ? "r" : "-",
                     found->writable ? "w" : "-", found->device ? ", a device" : "");
}

std::string describe(const PageView& view) {
  std::string text = view.found ? describe(view.found) : std::string(name_in_entry(view.state));
  for (size_t i = 0; i < view.tables.size(); ++i) {
    if (view.tables[i]) { text += fmt::format(", level-{} table {:#x}", i + 1, *view.tables[i] << page_shift); }
  }
  return text;
}

}  // namespace bulkhead::refine
