#pragma once

#include <functional>
#include <vector>

#include "hw/cached.hpp"
#include "refine/counterexample.hpp"
#include "refine/step.hpp"

/// What a CPU may translate with at any moment of a call, for one arbitrary entry of its TLB: hardware's rules
/// (hw/cached.hpp) played over the call's effects. Between calls what is held is what the spec allows.
namespace bulkhead::refine {

enum class Right : uint8_t { read, write };

/// Some CPU's translation of a page of a VMID.
struct Translator {
  Cpu<Symbolic> cpu;
  CompartmentId<Symbolic> vmid;  ///< 0: the host's
  Page<Symbolic> page;
};

/// At each moment whether something is held: before the first effect, and after each.
using Held = std::vector<SymBool>;

/// Whether the CPU may reach the frame through that page with the right.
Held page_held(const Step& step, const Translator& by, Frame<Symbolic> frame, Right right);
/// Whether the CPU may know the frame as the table of the level, 1 to 3, for that page.
Held table_held(const Step& step, const Translator& by, unsigned level, Frame<Symbolic> table);

/// Whether the record of a frame is no longer what it was before the call, at a moment.
SymBool is_committed(const Step& step, size_t moment, Frame<Symbolic> frame);

/// Whether the spec lets the compartment, or the host, reach the frame through the page with the right.
SymBool is_allowed(const spec::State<Symbolic>& spec, const Translator& by, Frame<Symbolic> frame, Right right);

/// A store that changes an entry of a compartment's table above level 3, to lead to a table or no longer to.
struct TableStore {
  size_t position;  ///< among the effects
  SymBool counts;   ///< that it is such a store
  Frame<Symbolic> table;
  SymBool is_last;   ///< that the table is of level 3, where valid entries are pages
  SymMemory memory;  ///< just before the store
};
std::vector<TableStore> links(const Step& step);
std::vector<TableStore> unlinks(const Step& step);

/// Whether, at some moment of the call, a CPU other than the one that makes it may translate the page to the frame. It
/// may do so whenever that one may: an invalidation of one CPU is of less.
SymBool is_translated_elsewhere(const Step& step, CompartmentId<Symbolic> vmid, Page<Symbolic> page,
                                Frame<Symbolic> frame);

/// Of a run on constants, when the translator may reach the frame though it should not: a statement of `exposure` about
/// pages, tables or what is overwritten is false of it. None if there is no such moment.
std::optional<Window> window_of(const Step& step, const Translator& by, Frame<Symbolic> frame);

}  // namespace bulkhead::refine
