#pragma once

#include <functional>
#include <string>
#include <vector>

#include "refine/abstraction.hpp"
#include "refine/legal_search.hpp"
#include "refine/mutator.hpp"
#include "refine/obligation.hpp"
#include "refine/step.hpp"

namespace bulkhead::refine {

/// A fault in hardware's walker: in its walks for compartments or for the host, where its decisions before were
/// answered so.
struct WalkerFault {
  bool of_host;
  std::vector<bool> answers;
  Mutation mutation;
};

/// Theorem `walk`, from the invariants alone: what the hardware walker finds for a compartment at a page, or for the
/// host at an address, is what the frame table says is mapped there, and nothing else is found.
///
/// In stages, so that no goal compares two whole walks: at each level, what the walk reaches is a table with that
/// level, owner and base (`sound`), and every such table is reached (`complete`), by induction over levels; that pages
/// of one table share the walk down to it (`shared`); then what the last level maps is what the frame table says
/// (`found`); that nothing else is recorded is an invariant, `recorded_is_mapped`; then that hardware's walker, run on
/// every path of its own text, is this walk (`hardware`).
class WalkProof {
 public:
  /// `wanted` is asked before each goal, when those before it are settled.
  WalkProof(Limits limits, std::function<bool(const std::string&)> wanted, bool list_only);

  void run();
  /// Only what is about hardware's walker, for the host or for compartments, until a goal is not proved.
  void prove_walker(const WalkerFault& fault);
  /// What the walker does on each of its paths.
  using OnPath = std::function<void(const std::string& path, const Mutator& seen)>;
  void watch_walker(bool of_host, const OnPath& on_path);
  const std::vector<Obligation>& obligations() const { return obligations_; }
  size_t paths() const { return paths_; }

 private:
  /// A statement about the state before any call.
  struct Claim {
    std::string call;
    std::string path;
    std::string conjunct;
    std::string text;
    std::function<SymBool(const impl::Engine<Symbolic>&, const Point&)> holds;
  };
  using Lemma = std::function<SymBool(const impl::Engine<Symbolic>&, const Point&)>;

  void prove_tables();
  void prove_shared_tables();
  void prove_leaves();
  void prove_hardware(bool of_host);
  void prove_compartment_hardware(const PreState& pre, const Point& point);
  void prove_host_hardware(const PreState& pre, const Point& point);
  Mutator mutator_for(bool of_host) const;
  void prove(const PreState& pre, const Point& point, const Claim& claim, const std::vector<Lemma>& lemmas);
  std::string hardware_path();

  Limits limits_;
  std::function<bool(const std::string&)> wanted_;
  bool list_only_;
  Session session_;
  std::vector<Obligation> obligations_;
  size_t paths_ = 0;
  const WalkerFault* fault_ = nullptr;
  Mutator seen_;  ///< the last run of the walker
};

/// Whether a goal of theorem `walk` holds of a state of constants at a place; nothing if there is no such goal.
std::optional<bool> walk_claim_holds(const std::string& call, const std::string& conjunct, const std::string& path,
                                     const impl::Engine<Symbolic>& engine, const Point& point);

}  // namespace bulkhead::refine
