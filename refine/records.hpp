#pragma once

#include "refine/abstraction.hpp"

/// What the frame table says is mapped, against what a walk finds: what theorem `walk` proves of the leaves.
namespace bulkhead::refine {

/// Whether the frame table has a frame mapped: data, or a host frame that is shared. Its owner and base say where.
SymBool is_recorded(const impl::Engine<Symbolic>& engine, Frame<Symbolic> frame);

/// What the walk of a compartment for a page finds, the frame table has mapped there.
SymBool found_is_recorded(const impl::Engine<Symbolic>& engine, CompartmentId<Symbolic> compartment,
                          Page<Symbolic> page);
/// A frame that the frame table has mapped, the walk finds there. The second: if it has it mapped there.
SymBool recorded_is_found(const impl::Engine<Symbolic>& engine, Frame<Symbolic> frame);
SymBool recorded_is_found(const impl::Engine<Symbolic>& engine, Frame<Symbolic> frame,
                          CompartmentId<Symbolic> compartment, Page<Symbolic> page);

}  // namespace bulkhead::refine
