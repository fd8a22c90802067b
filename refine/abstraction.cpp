#include "refine/abstraction.hpp"

#include <fmt/format.h>

#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

Value<S, Access> access_of(Word<S> leaf) {
  using A = Value<S, Access>;
  const auto read = hw::s2::AF::is<S>(leaf, 1) & ((leaf & Word<S>(encode<hw::s2::S2AP>(0b01))) != Word<S>(0));
  const auto write = (leaf & Word<S>(encode<hw::s2::S2AP>(0b10))) != Word<S>(0);
  return select(read, select(write, A(Access::read_write), A(Access::read)), A(Access::none));
}

Meaning choose(const SymBool& condition, const Meaning& yes, const Meaning& no) {
  return {select(condition, yes.access, no.access), select(condition, yes.frame, no.frame),
          select(condition, yes.state, no.state)};
}

Meaning nothing() { return {Access::none, Frame<S>(0), IpaState::empty}; }

}  // namespace

Meaning meaning_of(Word<S> entry, unsigned level, Page<S> page) {
  const auto leaf = hw::is_leaf<S>(entry, level);
  const Frame<S> within(span_mask(level));
  const Frame<S> frame = (hw::output_frame<S>(entry) & ~within) | (widen<Frame<S>>(page) & within);
  return {select(leaf, access_of(entry), Value<S, Access>(Access::none)), frame, ipa_state_of<S>(entry)};
}

Meaning meaning_of(Word<S> entry, Level<S> level, Page<S> page) {
  Meaning meaning = meaning_of(entry, 3, page);
  for (unsigned l = 3; l-- > 0;) { meaning = choose(level == Level<S>(l), meaning_of(entry, l, page), meaning); }
  return meaning;
}

Meaning Descent::meaning(Page<S> page) const {
  Meaning result = nothing();
  for (unsigned level = 0; level < 4; ++level) {
    result = choose(reached[level], meaning_of(entry[level], level, page), result);
  }
  return result;
}

Descent descend(const impl::Engine<S>& engine, CompartmentId<S> compartment, Page<S> page) {
  Descent d;
  d.reached[0] = engine.compartments.state.get(compartment) != CompartmentState::free;
  d.table[0] = engine.compartments.root.get(compartment);
  for (unsigned level = 0; level < 4; ++level) {
    d.entry[level] = engine.hardware.memory().load(d.table[level], hw::index_at<S>(page, level));
    if (level == leaf_level) { break; }
    d.reached[level + 1] = d.reached[level] & hw::is_table<S>(d.entry[level], level);
    d.table[level + 1] = hw::output_frame<S>(d.entry[level]);
  }
  return d;
}

SymBool translates(const impl::FrameTable<S>& frames, Frame<S> table, unsigned level, CompartmentId<S> compartment,
                   Page<S> page) {
  const auto state = frames.state.get(table);
  const Page<S> above(~low_mask(span_shift(level) + index_bits));
  return (state == (level == 0 ? FrameState::root : FrameState::table)) & (frames.owner.get(table) == compartment) &
         (frames.level.get(table) == Level<S>(level)) & ((page & above) == frames.base.get(table));
}

SymBool translates(const impl::Engine<S>& engine, Frame<S> table, unsigned level, CompartmentId<S> compartment,
                   Page<S> page) {
  return translates(engine.frames, table, level, compartment, page);
}

SymBool walk_is_complete(const impl::Engine<S>& engine, const Descent& walk, Frame<S> table, unsigned level,
                         CompartmentId<S> compartment, Page<S> page) {
  return implies(translates(engine, table, level, compartment, page),
                 walk.reached[level] & (walk.table[level] == table));
}

SymBool walk_is_sound(const impl::Engine<S>& engine, const Descent& walk, unsigned level, CompartmentId<S> compartment,
                      Page<S> page) {
  return implies(walk.reached[level], translates(engine, walk.table[level], level, compartment, page));
}

Descent named_descent(const impl::Engine<S>& before, Session& session, CompartmentId<S> compartment, Page<S> page) {
  return session.quietly([&] {
    const auto name = [&](const char* what, unsigned level, unsigned width) {
      return session.apply(fmt::format("walk.{}{}", what, level), {compartment.bits(), page.bits()}, width);
    };
    Descent d;
    for (unsigned level = 0; level < 4; ++level) {
      d.reached[level] = S::equal(name("reached", level, 1), S::constant(1, 1), {});
      d.table[level] = Frame<S>::from_bits(name("table", level, Frame<S>::width));
      d.entry[level] = Word<S>::from_bits(name("entry", level, Word<S>::width));
    }
    for (unsigned level = 0; level < 4; ++level) { session.assume(walk_is_sound(before, d, level, compartment, page)); }
    const Descent walk = descend(before, compartment, page);
    for (unsigned level = 0; level < 4; ++level) {
      session.assume(d.reached[level] == walk.reached[level]);
      session.assume(d.table[level] == walk.table[level]);
      session.assume(d.entry[level] == walk.entry[level]);
    }
    return d;
  });
}

SymBool same_table(const Descent& a, const Descent& b, unsigned level, Page<S> page_a, Page<S> page_b) {
  const Span<Page<S>> span{page_a, Page<S>(low_mask(span_shift(level) + index_bits))};
  return implies(span.contains(page_b), (a.reached[level] == b.reached[level]) & (a.table[level] == b.table[level]));
}

SymBool same_tables(const Descent& a, const Descent& b, Page<S> page_a, Page<S> page_b) {
  SymBool all = true;
  for (unsigned level = 0; level <= leaf_level; ++level) { all = all & same_table(a, b, level, page_a, page_b); }
  return all;
}

CompartmentId<S> abstract_owner(const impl::Engine<S>& engine, Frame<S> frame) {
  const auto state = engine.frames.state.get(frame);
  const auto owned =
      (state == FrameState::root) | (state == FrameState::table) | (state == FrameState::vcpu) | is_data<S>(state);
  return select(owned, engine.frames.owner.get(frame), CompartmentId<S>(0));
}

CompartmentId<S> abstract_sharer(const impl::Engine<S>& engine, Frame<S> frame) {
  const auto host = engine.frames.state.get(frame) == FrameState::host;
  return select(host, engine.frames.owner.get(frame), CompartmentId<S>(0));
}

spec::State<S> abstract(const impl::Engine<S>& engine, Session* session,
                        const std::shared_ptr<const std::vector<uint64_t>>& samples) {
  const impl::Engine<S>* e = &engine;
  const auto walk = [e, session](CompartmentId<S> compartment, Page<S> page) {
    if (session == nullptr) { return descend(*e, compartment, page); }
    session->note_page(page.bits());
    return session->quietly([&] { return descend(*e, compartment, page); });
  };
  const auto serving = [walk](Level<S> level, CompartmentId<S> compartment, Page<S> page, const auto& pick) {
    const Descent d = walk(compartment, page);
    return by_level<S>(level, [&d, &pick](unsigned l) { return pick(d, l); });
  };
  using Id = CompartmentId<S>;
  return {
      engine.platform,
      {
          engine.frames.state,
          SymMap<Id, Frame<S>>([e](Frame<S> f) { return abstract_owner(*e, f); }),
          SymMap<Id, Frame<S>>([e](Frame<S> f) { return abstract_sharer(*e, f); }),
          engine.hardware.memory(),
      },
      {
          {[walk](Id c, Page<S> p) { return walk(c, p).meaning(p).access; }, samples},
          {[walk](Id c, Page<S> p) { return walk(c, p).meaning(p).frame; }, samples},
          {[walk](Id c, Page<S> p) { return walk(c, p).meaning(p).state; }, samples},
      },
      {
          {[serving](Level<S> level, Id c, Page<S> p) {
             return serving(level, c, p, [](const Descent& d, unsigned l) {
               return select(d.reached[l], Value<S, Flag>(Flag::yes), Value<S, Flag>(Flag::no));
             });
           },
           samples},
          {[serving](Level<S> level, Id c, Page<S> p) {
             return serving(level, c, p, [](const Descent& d, unsigned l) { return d.table[l]; });
           },
           samples},
      },
      {engine.compartments.state, engine.compartments.root, engine.compartments.vcpus},
      {engine.vcpus.state, engine.vcpus.frame},
  };
}

}  // namespace bulkhead::refine
