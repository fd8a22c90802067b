#pragma once

#include <functional>
#include <string>
#include <vector>

#include "refine/bare_path.hpp"
#include "refine/obligation.hpp"
#include "refine/path_search.hpp"

namespace bulkhead::refine {

/// Everything there is to prove about one call: its handler is run once for each feasible path from an
/// arbitrary legal state, and each path gives its obligations.
class CallProof {
 public:
  /// With `list_only` obligations are named and none is proved.
  CallProof(Call call, Limits limits, Selection wanted, bool list_only);

  void run();
  const std::vector<Obligation>& obligations() const { return obligations_; }
  size_t paths() const { return paths_; }

 private:
  using Violated = std::function<bool(const Rerun&, const Point&)>;

  void run_path();
  void prove_statements(Path& path, bool of_engine);
  void prove_statement(Path& path, const Statement& statement);
  void prove_safety(Path& path);
  void show_reachable(Path& path);
  void see_refusal(const Step& witness);
  void look_for_refusals();
  void look_for_refusal(Path& path, size_t i);
  void note_refusals();
  Search search_witness(Path& path, const SymBool& condition, const std::string& goal = {});
  void settle(Obligation goal, const SymBool& holds, const Claim& claim, const Violated& violated);
  void refute(Obligation& goal, unsigned most, const Claim& claim, const Violated& violated);
  Obligation& note(Obligation goal);
  Obligation goal_of(const Path& path, std::string theorem, std::string conjunct, std::string text) const;
  Obligation reachable(const Path& path) const;
  std::string path_name(Status status);

  /// A refusal of the rule: whether a legal state was seen in which it is the first that holds.
  struct Refusal {
    bool seen = false;
    double seconds = 0;
    uint64_t rlimit = 0;
  };

  Call call_;
  Limits limits_;
  Selection wanted_;
  bool list_only_;
  Session session_;
  BarePath bare_;
  PathSearch witnesses_;
  PathSearch counterexamples_;
  std::vector<Obligation> obligations_;
  std::vector<unsigned> paths_of_status_;
  std::vector<Refusal> refusals_;
  size_t paths_ = 0;
};

}  // namespace bulkhead::refine
