#include "refine/known_path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "refine/goal_facts.hpp"
#include "refine/paths.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// Whether every argument has a bit set in its upper half, as far as a legal one can.
SymBool has_wide_arguments(Call call, const Arguments<S>& arguments) {
  const auto& inputs = row_of(call).inputs;
  SymBool all = true;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Word<S> word = arguments.words.at(i);
    switch (inputs[i].kind) {
      case Kind::compartment:
        all = all & (word > Word<S>(0xFF));
        break;
      case Kind::pa:
      case Kind::ipa:
        all = all & ((word >> 30U) != Word<S>(0));
        break;
      case Kind::level:
      case Kind::count:
      case Kind::flag:
      case Kind::bits:
        break;
    }
  }
  return all;
}

void find_situation(Session& session, const Path& path, const Limits& limits, const SymBool& condition,
                    KnownPath& known) {
  find_legal(session, path.pre, limits, condition, [&](const ModelState& state) -> std::string {
    auto rerun = std::make_unique<Rerun>(state, path.call, path.cpu, path.arguments);
    if (rerun->step == nullptr) { return rerun->failed_belief; }
    if (rerun->step->result.status != path.step->result.status) { return "a model takes another path"; }
    known.situations.push_back(std::move(rerun));
    return "";
  });
}

void note_goals(Session& session, const Path& path, KnownPath& known) {
  for (const Decision& decision : session.decisions()) {
    known.choices.push_back(decision.taken);
    known.decisions.push_back(session.expr(decision.condition));
  }
  known.goals.emplace("safety/beliefs", session.expr(session.all_beliefs()));
  for (const Statement& statement : statements_about(*path.step)) {
    const Session::Scope scope(session);
    const SymBool holds = statement.holds(*path.step, path.point);
    known.goals.emplace(statement.theorem + "/" + statement.conjunct, session.expr(holds));
  }
}

}  // namespace

bool KnownPath::shares(const KnownPath& other, size_t event) const {
  if (event >= other.events.size() || event >= events.size()) { return false; }
  const size_t count = events[event].decisions;
  return other.events[event].decisions == count &&
         std::equal(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(count), other.choices.begin());
}

std::vector<KnownPath> explore(Session& session, Call call, const Limits& limits) {
  std::vector<KnownPath> paths;
  std::map<Status, unsigned> of_status;
  for_each_path(session, [&] {
    Mutator plain;
    const Path path(session, call, &plain);
    KnownPath known;
    known.status = path.step->result.status;
    known.name = fmt::format("{}.{}", name_of(known.status), ++of_status[known.status]);
    known.events = plain.events();
    find_situation(session, path, limits, true, known);
    if (path.step->succeeded()) {
      find_situation(session, path, limits, has_wide_arguments(call, path.arguments), known);
    }
    apply_rule(*path.step);
    relate_witnesses(session, path);
    note_goals(session, path, known);
    paths.push_back(std::move(known));
  });
  return paths;
}

}  // namespace bulkhead::refine
