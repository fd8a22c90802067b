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

/// A frame that the entry maps as part of a block is recorded so: what invariants `entry_maps_2mib` and
/// `entry_maps_1gib` say, seen from the frame.
SymBool in_block_is_recorded(const impl::Engine<Symbolic>& engine, Frame<Symbolic> table, Index<Symbolic> index,
                             Frame<Symbolic> frame);

}  // namespace bulkhead::refine
