#pragma once

#include "refine/path.hpp"

/// Facts that the goals of a path may use, besides the invariants about what they read. All are true of every legal
/// state: they are instances of invariants, or of theorem `walk`.
namespace bulkhead::refine {

/// Where the facts come from that say that every table is reached: goals `complete` of theorem `walk`.
inline constexpr std::string_view from_walk_complete = "walk.complete";

/// What the engine finds in a table and what the spec finds in a range of pages meet here: of a table that is searched,
/// the page of every entry found or loaded is read in the spec, and every page that the spec reads is one that the
/// table may translate.
void relate_witnesses(Session& session, const Path& path);

/// That a table stored to, if it translates the page of a compartment, is the one that its walk reaches. Only a call
/// that is given a level stores to tables above level 3.
void assume_walk_to_stores(Session& session, const impl::Engine<Symbolic>& before, const Descent& walk,
                           const Step& step, CompartmentId<Symbolic> compartment, Page<Symbolic> page);

/// The cases of a statement about an entry: that the call stores to it.
std::vector<SymBool> cases_of(Session& session, const Path& path, const Statement& statement);

/// What a statement may assume at the point of the path.
void assume_for(Session& session, const Path& path, const Statement& statement);

}  // namespace bulkhead::refine
