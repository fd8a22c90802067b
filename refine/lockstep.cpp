#include "refine/lockstep.hpp"

#include <fmt/format.h>

#include "impl/boot.hpp"
#include "impl/dispatch.hpp"
#include "refine/shape.hpp"
#include "spec/boot.hpp"
#include "spec/rules.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;

template <class Tag>
std::string address(Value<C, Tag> number) {
  return fmt::format("{:#x}", raw(number) << page_shift);
}

std::string who(CompartmentId<C> id) { return raw(id) == 0 ? "the host" : fmt::format("compartment {}", raw(id)); }

/// A divergence if two views of a place differ.
template <class View>
std::optional<Divergence> differ(const std::string& place, const View& engine, const View& spec) {
  if (engine == spec) { return std::nullopt; }
  return Divergence{fmt::format("{}: the engine has {}, the spec has {}", place, describe(engine), describe(spec))};
}

/// The word of a frame that an address falls in.
Index<C> word_of(Ipa<C> ipa) { return extract<Index<C>, 11, 3>(ipa); }

bool is_within_ipa_space(Ipa<C> ipa) { return raw(ipa) <= low_mask(address_bits); }

}  // namespace

/// The engine's records of the places that a call names, so that a refused call is seen to leave them.
struct Lockstep::Records {
  std::vector<std::array<uint64_t, 6>> frames;
  std::array<uint64_t, 3> compartment{};
  std::vector<std::pair<VcpuState, uint64_t>> vcpus;
  friend bool operator==(const Records&, const Records&) = default;
};

Lockstep::Lockstep(const MachineDescription& machine)
    : Lockstep(machine, [](Frame<C>, Index<C>) { return Word<C>(0); }) {}

Lockstep::Lockstep(const MachineDescription& machine, const ConcreteMemory::Start& content)
    : cpus_(machine.cpus),
      engine_(impl::boot(machine, content)),
      spec_(spec::boot(machine, content)),
      others_(watch_.tlb(), engine_, spec_) {
  engine_.hardware.observe(&watch_);
  watch_.also(&others_);
}

Answers Lockstep::call(Cpu<C> cpu, Call call, const Arguments<C>& arguments) {
  Points points = points_of(call, arguments);
  add_mapped(points);
  const Records before = records_at(points);
  Answers answers = make(cpu, call, arguments, points);
  if (answers.divergence) { return answers; }
  if (answers.engine.status != Status::ok) { answers.divergence = compare_refused(points, before); }
  if (answers.engine.status == Status::ok) {
    add_outputs(points, call, answers.engine);
    remember(points);
  }
  if (!answers.divergence) { answers.divergence = compare_points(points); }
  return answers;
}

/// Adds the frames that are mapped at the pages, and those that hold the contexts of the vCPUs.
void Lockstep::add_mapped(Points& points) const {
  const auto& translations = spec_.translations;
  for (const Page<C> page : points.pages) {
    if (translations.access.get(points.compartment, page) == Access::none) { continue; }
    points.frames.push_back(translations.frame.get(points.compartment, page));
  }
  for (const VcpuIndex<C> index : points.vcpus) {
    if (spec_.vcpus.state.get(points.compartment, index) == VcpuState::none) { continue; }
    points.frames.push_back(spec_.vcpus.frame.get(points.compartment, index));
  }
}

/// Both make the call, and other CPUs do what they may meanwhile.
Answers Lockstep::make(Cpu<C> cpu, Call call, const Arguments<C>& arguments, const Points& points) {
  const Cpu<C> other((raw(cpu) + 1) % cpus_);
  SpecCall spec(spec_, call, arguments);
  watch_.begin(engine_, cpu, other, points);
  others_.begin(cpu, points, spec);
  Answers answers{Status::ok, Status::ok, std::nullopt};
  std::string belief;
  try {
    answers.engine = impl::dispatch(engine_, cpu, call, arguments);
  } catch (const Fault& fault) { belief = fault.what(); }
  watch_.end();
  const auto window = others_.end();
  answers.spec = spec.result();
  if (!belief.empty()) {
    answers.divergence =
        Divergence{fmt::format("{}: the engine believes that {}, and it is not so", name_of(call), belief)};
    return answers;
  }
  answers.divergence = compare_answers(call, answers);
  if (!answers.divergence && window) { answers.divergence = Divergence{fmt::format("{}: {}", name_of(call), *window)}; }
  return answers;
}

Loaded Lockstep::load(Cpu<C> cpu, CompartmentId<C> id, Ipa<C> ipa) {
  if (!is_within_ipa_space(ipa)) { return {}; }
  const Page<C> page = page_of(ipa);
  if (auto divergence = compare_translation(id, page)) { return {std::nullopt, divergence}; }
  const auto found = view_translation(engine_, id, page);
  if (!found || !found->readable) { return {}; }
  watch_.tlb().touch(cpu, vttbr_for(engine_, id), page, engine_.hardware);
  const Frame<C> frame(found->frame);
  const Word<C> value = engine_.hardware.memory().load(frame, word_of(ipa));
  const Word<C> expected = spec_.frames.content.load(frame, word_of(ipa));
  if (value == expected) { return {value, std::nullopt}; }
  return {value, Divergence{fmt::format("{} reads {:#x} at {:#x}, the spec has {:#x}", who(id), raw(value), raw(ipa),
                                        raw(expected))}};
}

std::optional<Divergence> Lockstep::store(Cpu<C> cpu, CompartmentId<C> id, Ipa<C> ipa, Word<C> value) {
  if (!is_within_ipa_space(ipa)) { return std::nullopt; }
  const Page<C> page = page_of(ipa);
  if (auto divergence = compare_translation(id, page)) { return divergence; }
  const auto found = view_translation(engine_, id, page);
  if (!found || !found->writable) { return std::nullopt; }
  watch_.tlb().touch(cpu, vttbr_for(engine_, id), page, engine_.hardware);
  frames_.insert(found->frame);
  engine_.hardware.memory().store(Frame<C>(found->frame), word_of(ipa), value);
  spec_.frames.content.store(Frame<C>(found->frame), word_of(ipa), value);
  return std::nullopt;
}

std::optional<Divergence> Lockstep::compare_everything() const {
  std::optional<Divergence> divergence;
  for (const uint64_t frame : frames_) {
    if (!divergence) { divergence = compare_frame(Frame<C>(frame)); }
  }
  for (const uint64_t id : compartments_) {
    if (!divergence) { divergence = compare_compartment(CompartmentId<C>(id)); }
  }
  for (const auto& [id, index] : vcpus_) {
    if (!divergence) { divergence = compare_vcpu(CompartmentId<C>(id), VcpuIndex<C>(index)); }
  }
  for (const auto& [id, page] : pages_) {
    if (!divergence) { divergence = compare_page(CompartmentId<C>(id), Page<C>(page)); }
  }
  watch_.tlb().for_each([&](Cpu<C>, CompartmentId<C> id, Page<C> page, const hw::TlbLeaf& leaf) {
    if (!divergence) { divergence = judge_cached(id, page, leaf); }
  });
  watch_.tlb().for_each_pointer([&](Cpu<C>, CompartmentId<C> id, const hw::TlbPointer& pointer) {
    if (!divergence) { divergence = judge_pointer(id, pointer); }
  });
  return divergence;
}

Lockstep::Records Lockstep::records_at(const Points& points) const {
  Records records;
  for (const Frame<C> frame : points.frames) {
    const auto& all = engine_.frames;
    records.frames.push_back({raw(all.state.get(frame)), raw(all.owner.get(frame)), raw(all.parent_table.get(frame)),
                              raw(all.parent_index.get(frame)), raw(all.level.get(frame)), raw(all.base.get(frame))});
  }
  const auto& all = engine_.compartments;
  records.compartment = {raw(all.state.get(points.compartment)), raw(all.root.get(points.compartment)),
                         raw(all.vcpus.get(points.compartment))};
  for (const VcpuIndex<C> index : points.vcpus) {
    records.vcpus.emplace_back(enumerator(engine_.vcpus.state.get(points.compartment, index)),
                               raw(engine_.vcpus.frame.get(points.compartment, index)));
  }
  return records;
}

void Lockstep::remember(const Points& points) {
  for (const Frame<C> frame : points.frames) { frames_.insert(raw(frame)); }
  if (raw(points.compartment) == 0) { return; }
  compartments_.insert(raw(points.compartment));
  for (const Page<C> page : points.pages) { pages_.emplace(raw(points.compartment), raw(page)); }
  for (const VcpuIndex<C> index : points.vcpus) { vcpus_.emplace(raw(points.compartment), raw(index)); }
}

std::optional<Divergence> Lockstep::compare_answers(Call call, const Answers& answers) const {
  const auto& [engine, spec, ignored] = answers;
  if (engine.status != spec.status) {
    return Divergence{fmt::format("{}: the engine answers {}, the spec {}", name_of(call), name_of(engine.status),
                                  name_of(spec.status))};
  }
  if (engine_.hardware.vttbr(engine_.hardware.cpu()) != widen<Word<C>>(vttbr_for(engine_, CompartmentId<C>(0)))) {
    return Divergence{fmt::format("{}: VTTBR_EL2 does not name the host's stage 2 afterwards", name_of(call))};
  }
  for (size_t i = 0; i < max_outputs; ++i) {
    if (engine.outputs[i] != spec.outputs[i]) {
      return Divergence{fmt::format("{}: the engine returns {:#x} in output {}, the spec {:#x}", name_of(call),
                                    raw(engine.outputs[i]), i + 1, raw(spec.outputs[i]))};
    }
  }
  return std::nullopt;
}

std::optional<Divergence> Lockstep::compare_refused(const Points& points, const Records& before) const {
  if (watch_.changed_something()) { return Divergence{"a refused call wrote to the hardware"}; }
  if (records_at(points) == before) { return std::nullopt; }
  return Divergence{"a refused call changed the engine's records"};
}

std::optional<Divergence> Lockstep::compare_points(const Points& points) const {
  for (const Frame<C> frame : points.frames) {
    if (auto divergence = compare_frame(frame)) { return divergence; }
  }
  if (raw(points.compartment) == 0) { return std::nullopt; }
  if (auto divergence = compare_compartment(points.compartment)) { return divergence; }
  for (const Page<C> page : points.pages) {
    if (auto divergence = compare_page(points.compartment, page)) { return divergence; }
  }
  for (const VcpuIndex<C> index : points.vcpus) {
    if (auto divergence = compare_vcpu(points.compartment, index)) { return divergence; }
  }
  return std::nullopt;
}

std::optional<Divergence> Lockstep::compare_frame(Frame<C> frame) const {
  const FrameView view = view_frame(engine_, frame);
  if (auto divergence = differ("frame " + address(frame), view, view_frame(spec_, frame))) { return divergence; }
  if (auto divergence = compare_translation(CompartmentId<C>(0), widen<Page<C>>(frame))) { return divergence; }
  if (auto divergence = compare_cached(CompartmentId<C>(0), widen<Page<C>>(frame))) { return divergence; }
  const ConcreteMemory& memory = engine_.hardware.memory();
  const ConcreteMemory& content = spec_.frames.content;
  const auto means_something = has_content(Value<C, FrameState>(view.state));
  if (!means_something || (!memory.touched(frame) && !content.touched(frame))) { return std::nullopt; }
  if (memory.words(frame) == content.words(frame)) { return std::nullopt; }
  return Divergence{fmt::format("frame {} ({}) holds other words than the spec says", address(frame), describe(view))};
}

std::optional<Divergence> Lockstep::compare_page(CompartmentId<C> id, Page<C> page) const {
  const auto place = fmt::format("{} at ipa {}", who(id), address(page));
  if (auto divergence = differ(place, view_page(engine_, id, page), view_page(spec_, id, page))) { return divergence; }
  return compare_cached(id, page);
}

std::optional<Divergence> Lockstep::compare_compartment(CompartmentId<C> id) const {
  return differ(who(id), view_compartment(engine_, id), view_compartment(spec_, id));
}

std::optional<Divergence> Lockstep::compare_vcpu(CompartmentId<C> id, VcpuIndex<C> index) const {
  return differ(fmt::format("vCPU {} of {}", raw(index), who(id)), view_vcpu(engine_, id, index),
                view_vcpu(spec_, id, index));
}

std::optional<Divergence> Lockstep::compare_translation(CompartmentId<C> id, Page<C> page) const {
  return differ(fmt::format("{} at ipa {}", who(id), address(page)), view_translation(engine_, id, page),
                view_translation(spec_, id, page));
}

std::optional<Divergence> Lockstep::compare_cached(CompartmentId<C> id, Page<C> page) const {
  for (const hw::TlbLeaf& leaf : watch_.tlb().cached(id, page)) {
    if (auto divergence = judge_cached(id, page, leaf)) { return divergence; }
  }
  for (const hw::TlbPointer& pointer : watch_.tlb().pointers(id, page)) {
    if (auto divergence = judge_pointer(id, pointer)) { return divergence; }
  }
  return std::nullopt;
}

std::optional<Divergence> Lockstep::judge_cached(CompartmentId<C> id, Page<C> page, const hw::TlbLeaf& leaf) const {
  const auto allowed = view_translation(spec_, id, page);
  if (allows(allowed, leaf)) { return std::nullopt; }
  return Divergence{fmt::format("a TLB may still translate {} of {} to {}{}, the spec has {}", address(page), who(id),
                                address(leaf.frame), leaf.writable ? " writable" : "", describe(allowed))};
}

/// The tables of compartments are the spec's; those of the host are made at boot and stay.
std::optional<Divergence> Lockstep::judge_pointer(CompartmentId<C> id, const hw::TlbPointer& pointer) const {
  const std::optional<uint64_t> table = raw(id) == 0 ? view_table(engine_, id, pointer.first, pointer.level)
                                                     : view_table(spec_, id, pointer.first, pointer.level);
  if (table == raw(pointer.table)) { return std::nullopt; }
  return Divergence{fmt::format("a TLB may still walk on from {} as the level-{} table for {} of {}, the spec has {}",
                                address(pointer.table), pointer.level, address(pointer.first), who(id),
                                table ? address(Frame<C>(*table)) : "none")};
}

}  // namespace bulkhead::refine
