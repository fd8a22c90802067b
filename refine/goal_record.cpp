#include "refine/goal_record.hpp"

#include "refine/archive.hpp"
#include "refine/counterexample_record.hpp"

namespace bulkhead::refine {
// The fields of each struct, for both directions. A binding that leaves a field out does not compile.

template <class Archive>
void pass(Archive& archive, Opinion& opinion) {
  auto& [solver, says, seconds] = opinion;
  archive(solver, says, seconds);
}

template <class Archive>
void pass(Archive& archive, Obligation& goal) {
  auto& [theorem, call, path, conjunct, text, verdict, seconds, rlimit, detail, counterexample, reached, opinions,
         assertions, hint, hint_is_stale] = goal;
  archive(theorem, call, path, conjunct, text, verdict, seconds, rlimit, detail, counterexample, reached, opinions,
          assertions, hint, hint_is_stale);
}

template <class Archive>
void pass(Archive& archive, GoalRecord& record) {
  auto& [goals, paths, begun] = record;
  archive(goals, paths, begun);
}

std::string as_bytes(const GoalRecord& record) { return written(record); }

GoalRecord record_of(std::string_view bytes) { return read_whole<GoalRecord>(bytes); }

}  // namespace bulkhead::refine
