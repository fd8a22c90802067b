#pragma once

#include <functional>
#include <string>
#include <vector>

#include "refine/obligation.hpp"
#include "refine/session.hpp"

namespace bulkhead::refine {

/// `nonvacuity` of the invariants: each has a legal state and a place at which it says something.
class PremiseProof {
 public:
  /// `wanted` is asked before each goal, when those before it are settled.
  PremiseProof(Limits limits, std::function<bool(const std::string&)> wanted, bool list_only);

  void run();
  const std::vector<Obligation>& obligations() const { return obligations_; }
  size_t paths() const { return 0; }

 private:
  Limits limits_;
  std::function<bool(const std::string&)> wanted_;
  bool list_only_;
  Session session_;
  std::vector<Obligation> obligations_;
};

}  // namespace bulkhead::refine
