#pragma once

#include <array>
#include <memory>
#include <vector>

#include "impl/engine.hpp"
#include "refine/symbolic.hpp"
#include "spec/state.hpp"

/// The abstraction function: what a state of the engine means to the spec. It reads tables as hardware
/// does, through hw/, and never through the engine's own decoding.
namespace bulkhead::refine {

/// What one entry without a further table says of one of its pages.
struct Meaning {
  Value<Symbolic, Access> access;
  Frame<Symbolic> frame;
  Value<Symbolic, IpaState> state;
};

/// The meaning of an entry of a table of that level for a page that it spans.
Meaning meaning_of(Word<Symbolic> entry, unsigned level, Page<Symbolic> page);
Meaning meaning_of(Word<Symbolic> entry, Level<Symbolic> level, Page<Symbolic> page);

/// A walk from the root down, all four levels as terms: which table of each level serves the page.
struct Descent {
  std::array<SymBool, 4> reached;
  std::array<Frame<Symbolic>, 4> table;
  std::array<Word<Symbolic>, 4> entry;

  /// What the last entry reached says.
  Meaning meaning(Page<Symbolic> page) const;
};
Descent descend(const impl::Engine<Symbolic>& engine, CompartmentId<Symbolic> compartment, Page<Symbolic> page);

/// The same walk in an arbitrary state, by name: what it reaches at each level is a function of compartment and
/// page, defined by one-step equations that are assumed here. Equal arguments give equal walks at once. That the
/// walk is sound is assumed too: it is theorem `walk`.
Descent named_descent(const impl::Engine<Symbolic>& before, Session& session, CompartmentId<Symbolic> compartment,
                      Page<Symbolic> page);

/// Whether a frame is the root or lower table of the level of a compartment, and its range has the page.
SymBool translates(const impl::FrameTable<Symbolic>& frames, Frame<Symbolic> table, unsigned level,
                   CompartmentId<Symbolic> compartment, Page<Symbolic> page);
SymBool translates(const impl::Engine<Symbolic>& engine, Frame<Symbolic> table, unsigned level,
                   CompartmentId<Symbolic> compartment, Page<Symbolic> page);

/// Lemmas of theorem `walk`, as instances at a level of the walk of a compartment for a page: a table that
/// translates the page is the one reached; what is reached is a table that translates the page.
SymBool walk_is_complete(const impl::Engine<Symbolic>& engine, const Descent& walk, Frame<Symbolic> table,
                         unsigned level, CompartmentId<Symbolic> compartment, Page<Symbolic> page);
SymBool walk_is_sound(const impl::Engine<Symbolic>& engine, const Descent& walk, unsigned level,
                      CompartmentId<Symbolic> compartment, Page<Symbolic> page);

/// A lemma of theorem `walk`: two walks of one compartment pass the same table of a level if it serves both pages.
SymBool same_table(const Descent& a, const Descent& b, unsigned level, Page<Symbolic> page_a, Page<Symbolic> page_b);
/// The same at all levels.
SymBool same_tables(const Descent& a, const Descent& b, Page<Symbolic> page_a, Page<Symbolic> page_b);

/// The spec state that a state of the engine stands for. `engine` must outlive it. `session` is told of the
/// pages read, none for a state of constants; `samples` are pages that show every value then.
spec::State<Symbolic> abstract(const impl::Engine<Symbolic>& engine, Session* session,
                               const std::shared_ptr<const std::vector<uint64_t>>& samples = nullptr);

/// Owner and sharer of a frame to the spec.
CompartmentId<Symbolic> abstract_owner(const impl::Engine<Symbolic>& engine, Frame<Symbolic> frame);
CompartmentId<Symbolic> abstract_sharer(const impl::Engine<Symbolic>& engine, Frame<Symbolic> frame);

}  // namespace bulkhead::refine
