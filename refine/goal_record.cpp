#include "refine/goal_record.hpp"

#include <utility>

#include "refine/archive.hpp"

namespace bulkhead::refine {
// The fields of each struct, for both directions. A binding that leaves a field out does not compile.

template <class Archive>
void pass(Archive& archive, PathStep& step) {
  auto& [file, line, taken] = step;
  archive(file, line, taken);
}

template <class Archive>
void pass(Archive& archive, TouchedState& state) {
  auto& [place, before, after] = state;
  archive(place, before, after);
}

template <class Archive>
void pass(Archive& archive, std::pair<std::string, std::string>& both) {
  archive(both.first, both.second);
}

template <class Archive>
void pass(Archive& archive, Counterexample& counterexample) {
  auto& [call, arguments, status, path, point, touched] = counterexample;
  archive(call, arguments, status, path, point, touched);
}

template <class Archive>
void pass(Archive& archive, Opinion& opinion) {
  auto& [solver, says, seconds] = opinion;
  archive(solver, says, seconds);
}

template <class Archive>
void pass(Archive& archive, Obligation& goal) {
  auto& [theorem, call, path, conjunct, text, verdict, seconds, rlimit, detail, counterexample, reached, opinions,
         assertions] = goal;
  archive(theorem, call, path, conjunct, text, verdict, seconds, rlimit, detail, counterexample, reached, opinions,
          assertions);
}

template <class Archive>
void pass(Archive& archive, GoalRecord& record) {
  auto& [goals, paths, begun] = record;
  archive(goals, paths, begun);
}

std::string as_bytes(const GoalRecord& record) { return written(record); }

GoalRecord record_of(std::string_view bytes) { return read_whole<GoalRecord>(bytes); }

}  // namespace bulkhead::refine
