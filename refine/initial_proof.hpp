#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "impl/host_layout.hpp"
#include "refine/mutator.hpp"
#include "refine/obligation.hpp"
#include "refine/session.hpp"
#include "refine/step.hpp"

namespace bulkhead::refine {

/// Theorem `initial`: on every platform, the state that boot makes satisfies every invariant and is the spec's initial
/// state, at one arbitrary place; and the host's tables lie where the other proofs take them to lie.
///
/// A platform is arbitrary but for what a machine description without a problem guarantees: RAM and engine devices lie
/// in fine GiBs, fine GiBs are numbered, and the frames of the host's tables are reserved RAM (model/memory_map.hpp).
class InitialProof {
 public:
  /// `wanted` is asked before each goal, when those before it are settled.
  InitialProof(Limits limits, std::function<bool(const std::string&)> wanted, bool list_only);

  void run();
  const std::vector<Obligation>& obligations() const { return obligations_; }
  size_t paths() const { return 1; }

  /// What computes a word of memory at boot, step by step.
  static std::vector<Event> events();
  /// From now on one of them goes wrong, wherever a word is asked for.
  void put_in(const Mutation& fault) { fault_ = fault; }

 private:
  void prove(const std::string& part, const std::string& conjunct, const std::string& text,
             const std::function<SymBool()>& holds);
  void prove_layout(const impl::HostLayout<Symbolic>& layout, const Point& point);

  Limits limits_;
  std::function<bool(const std::string&)> wanted_;
  bool list_only_;
  Session session_;
  std::vector<Obligation> obligations_;
  std::optional<Mutation> fault_;
};

}  // namespace bulkhead::refine
