#include "refine/spec_places.hpp"

#include "refine/abstraction.hpp"
#include "refine/constants.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

template <class E>
E enumerated(const Value<S, E>& value) {
  return static_cast<E>(number(value));
}

FrameView frame_in(const spec::State<S>& spec, uint64_t frame) {
  const Frame<S> f(frame);
  return {enumerated(spec.frames.state.get(f)), number(spec.frames.owner.get(f)),
          number(spec.frames.shared_with.get(f))};
}

CompartmentView compartment_in(const spec::State<S>& spec, uint64_t id) {
  const CompartmentId<S> c(id);
  const auto state = enumerated(spec.compartments.state.get(c));
  if (state == CompartmentState::free) { return {}; }
  return {state, number(spec.compartments.root.get(c)), number(spec.compartments.vcpus.get(c))};
}

VcpuView vcpu_in(const spec::State<S>& spec, uint64_t id, uint64_t index) {
  const auto state = enumerated(spec.vcpus.state.get(CompartmentId<S>(id), VcpuIndex<S>(index)));
  if (state == VcpuState::none) { return {}; }
  return {state, number(spec.vcpus.frame.get(CompartmentId<S>(id), VcpuIndex<S>(index)))};
}

PageView page_in(const spec::State<S>& spec, uint64_t id, uint64_t page) {
  const CompartmentId<S> c(id);
  const Page<S> p(page);
  PageView view;
  const auto access = enumerated(spec.translations.access.get(c, p));
  if (access == Access::none) {
    view.state = enumerated(spec.translations.state.get(c, p));
  } else {
    view.found = Translation{number(spec.translations.frame.get(c, p)), true, access == Access::read_write, false};
  }
  for (unsigned level = 1; level <= leaf_level; ++level) {
    const Level<S> at(level);
    if (enumerated(spec.tables.present.get(at, c, p)) == Flag::no) { continue; }
    view.tables.at(level - 1) = number(spec.tables.frame.get(at, c, p));
  }
  return view;
}

/// The page that an entry of a page table translates; nothing if the frame is no page table.
std::optional<SmallState::Key> page_of_entry(const SmallState& state, const SmallState::Key& word) {
  const FrameRecord* table = state.listed_table(word.first);
  if (table == nullptr || table->state == FrameState::root || table->level != leaf_level) { return std::nullopt; }
  return SmallState::Key{table->owner, table->base | word.second};
}

}  // namespace

SpecStep spec_step(const Rerun& rerun) {
  SpecStep step{abstract(rerun.before, nullptr, rerun.samples), {}};
  const auto inputs = spec::name_inputs(rerun.call, rerun.constants);
  const spec::Rule<S>& rule = rerun.rule();
  const size_t first = spec::first_refusal(rule, step.after, inputs);
  if (first < rule.refusals.size()) {
    const spec::Condition<S>& refusal = rule.refusals[first];
    step.ending = {refusal.status, {}, std::string(refusal.text)};
    return step;
  }
  const Result<S> result = rule.effect(step.after, inputs);
  for (size_t i = 0; i < row_of(rerun.call).outputs.size(); ++i) {
    step.ending.outputs.push_back(number(result.outputs.at(i)));
  }
  return step;
}

SpecPlaces spec_places(const spec::State<S>& spec, const SmallState& listed, const std::set<SmallState::Key>& pages,
                       const std::set<SmallState::Key>& words) {
  SpecPlaces places;
  for (const auto& [frame, record] : listed.frames) { places.frames[frame] = frame_in(spec, frame); }
  for (const auto& [id, record] : listed.compartments) { places.compartments[id] = compartment_in(spec, id); }
  for (const auto& [at, record] : listed.vcpus) { places.vcpus[at] = vcpu_in(spec, at.first, at.second); }
  std::set<SmallState::Key> all_pages = pages;
  std::set<SmallState::Key> all_words = words;
  for (const auto& [word, value] : listed.words) {
    all_words.insert(word);
    if (const auto page = page_of_entry(listed, word)) { all_pages.insert(*page); }
  }
  for (const auto& [id, page] : all_pages) {
    if (id != 0) { places.pages[{id, page}] = page_in(spec, id, page); }
  }
  for (const auto& [frame, index] : all_words) {
    const Frame<S> f(frame);
    if (!has_content(spec.frames.state.get(f)).is_true()) { continue; }
    places.contents[{frame, index}] = number(spec.frames.content.load(f, Index<S>(index)));
  }
  return places;
}

}  // namespace bulkhead::refine
