#include "refine/shape.hpp"
#include "refine/step.hpp"

/// `refinement`: the abstraction of the state after is the spec's step from the abstraction of the
/// state before. Stated locally: at one arbitrary frame, word, compartment, and for translations at one
/// arbitrary entry of one arbitrary table; theorem `walk` lifts that to whole walks.
namespace bulkhead::refine {
namespace {

using S = Symbolic;

void add_frames(std::vector<Statement>& all) {
  all.push_back({"refinement", "frame.state", "every frame has the state that the spec gives it",
                 [](const Step& s, const Point& p) {
                   return s.after.frames.state.get(p.frame) == s.spec_after.frames.state.get(p.frame);
                 }});
  all.push_back({"refinement", "frame.owner", "every frame has the owner that the spec gives it",
                 [](const Step& s, const Point& p) {
                   return abstract_owner(s.after, p.frame) == s.spec_after.frames.owner.get(p.frame);
                 }});
  all.push_back({"refinement", "frame.shared_with", "every host frame is shared with whom the spec says",
                 [](const Step& s, const Point& p) {
                   return abstract_sharer(s.after, p.frame) == s.spec_after.frames.shared_with.get(p.frame);
                 }});
  all.push_back({"refinement", "content", "every host, spare and data frame holds what the spec says",
                 [](const Step& s, const Point& p) {
                   const auto state = s.after.frames.state.get(p.frame);
                   const auto visible =
                       (state == FrameState::host) | (state == FrameState::spare) | (state == FrameState::data);
                   return implies(visible, s.after.hardware.memory().load(p.frame, p.index) ==
                                               s.spec_after.frames.content.load(p.frame, p.index));
                 }});
}

void add_compartments(std::vector<Statement>& all) {
  const auto in_use = [](const Step& s, const Point& p) {
    return s.spec_after.compartments.state.get(p.compartment) != CompartmentState::free;
  };
  all.push_back({"refinement", "compartment.state", "every compartment id is where the spec has it",
                 [](const Step& s, const Point& p) {
                   return s.after.compartments.state.get(p.compartment) == s.spec_after.compartments.state.get(p.compartment);
                 }});
  all.push_back({"refinement", "compartment.root", "every compartment has the root frame that the spec gives it",
                 [in_use](const Step& s, const Point& p) {
                   return implies(in_use(s, p), s.after.compartments.root.get(p.compartment) ==
                                                    s.spec_after.compartments.root.get(p.compartment));
                 }});
  all.push_back({"refinement", "compartment.vcpus", "every compartment has as many vCPUs as the spec gives it",
                 [in_use](const Step& s, const Point& p) {
                   return implies(in_use(s, p), s.after.compartments.vcpus.get(p.compartment) ==
                                                    s.spec_after.compartments.vcpus.get(p.compartment));
                 }});
}

/// An entry without a further table, seen at one of its pages: what it means, and what the spec says there.
struct Seen {
  SymBool relevant;
  Meaning meaning;
  CompartmentId<S> owner;

  Seen(const Step& s, const Point& p) : owner(s.after.frames.owner.get(p.frame)) {
    const Level<S> level = s.after.frames.level.get(p.frame);
    const Word<S> entry = s.after.hardware.memory().load(p.frame, entry_index<S>(level, p.page));
    const auto leads_on = by_level<S>(level, [entry](unsigned l) {
      return select(hw::is_table<S>(entry, l), Value<S, Flag>(Flag::yes), Value<S, Flag>(Flag::no));
    });
    relevant = translates(s.after, p.frame, p.page) & (leads_on == Flag::no);
    meaning = meaning_of(entry, level, p.page);
  }
};

void add_translations(std::vector<Statement>& all) {
  all.push_back({"refinement", "translation.access", "every page is accessible as the spec says",
                 [](const Step& s, const Point& p) {
                   const Seen seen(s, p);
                   return implies(seen.relevant, seen.meaning.access == s.spec_after.translations.access.get(seen.owner, p.page));
                 },
                 Assumes::walk});
  all.push_back({"refinement", "translation.frame", "every mapped page leads to the frame that the spec says",
                 [](const Step& s, const Point& p) {
                   const Seen seen(s, p);
                   return implies(seen.relevant & (seen.meaning.access != Access::none),
                                  seen.meaning.frame == s.spec_after.translations.frame.get(seen.owner, p.page));
                 },
                 Assumes::walk});
  all.push_back({"refinement", "translation.state", "every page without a mapping has the IPA state that the spec says",
                 [](const Step& s, const Point& p) {
                   const Seen seen(s, p);
                   return implies(seen.relevant & (seen.meaning.access == Access::none),
                                  seen.meaning.state == s.spec_after.translations.state.get(seen.owner, p.page));
                 },
                 Assumes::walk});
  all.push_back({"refinement", "translation.free", "nothing is mapped for an id that is free",
                 [](const Step& s, const Point& p) {
                   const auto& t = s.spec_after.translations;
                   const auto free = s.after.compartments.state.get(p.compartment) == CompartmentState::free;
                   return implies(free, (t.access.get(p.compartment, p.page) == Access::none) &
                                            (t.state.get(p.compartment, p.page) == IpaState::empty));
                 }});
}

void add_tables(std::vector<Statement>& all) {
  all.push_back({"refinement", "table.present", "every table serves the pages that the spec says it serves",
                 [](const Step& s, const Point& p) {
                   const Level<S> level = s.after.frames.level.get(p.frame);
                   const auto owner = s.after.frames.owner.get(p.frame);
                   const auto table = s.after.frames.state.get(p.frame) == FrameState::table;
                   const auto& tables = s.spec_after.tables;
                   return implies(table & translates(s.after, p.frame, p.page),
                                  (tables.present.get(level, owner, p.page) == Flag::yes) &
                                      (tables.frame.get(level, owner, p.page) == p.frame));
                 },
                 Assumes::walk});
  all.push_back({"refinement", "table.absent", "every table that the spec says there is, is one",
                 [](const Step& s, const Point& p) {
                   const auto& tables = s.spec_after.tables;
                   const auto present = tables.present.get(p.level, p.compartment, p.page) == Flag::yes;
                   const Frame<S> table = tables.frame.get(p.level, p.compartment, p.page);
                   return implies(present & (p.level != Level<S>(0)),
                                  (s.after.frames.state.get(table) == FrameState::table) &
                                      (s.after.frames.owner.get(table) == p.compartment) &
                                      (s.after.frames.level.get(table) == p.level) & translates(s.after, table, p.page));
                 }});
}

}  // namespace

void add_refinement(const Step& /*step*/, std::vector<Statement>& all) {
  add_frames(all);
  add_compartments(all);
  add_translations(all);
  add_tables(all);
}

}  // namespace bulkhead::refine
