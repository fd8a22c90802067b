#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/machine.hpp"
#include "model/trace.hpp"
#include "refine/lockstep.hpp"

/// Who says whether what was recorded is right: the spec, the engine, or both in lockstep.
namespace bulkhead::cli {

enum class Against : uint8_t { spec, engine, both };

using trace::Deed;

/// What is done, as a person writes it.
std::string in_words(const Deed& deed);
/// How it ended, as a person writes it.
std::string outcome_in_words(const Deed& deed);
Cpu<Concrete> cpu_of(const Deed& deed);
/// The deed as an event of a trace.
trace::Event event_of(const Deed& deed);

struct Ruling {
  Deed expected;  ///< the deed with the end it should have had
  /// What engine and spec disagree on, or the engine wrongly believes; nothing where they agree.
  std::optional<std::string> disagreement;
};

/// Follows a machine from boot on, deed by deed.
class Judge {
 public:
  virtual ~Judge() = default;
  /// Does the same on the machine, whatever was recorded of its end.
  virtual Ruling rule(const Deed& deed) = 0;
  /// What the theorems have against the deed if it were done now, at the places that it touches; nothing if they find
  /// nothing, or this judge asks none. Nothing is done. Of a last deed only: it takes milliseconds.
  virtual std::optional<std::string> objection(const Deed& deed) const = 0;
  /// Why the call just ruled on is refused, as the spec words it; nothing if it is not.
  virtual std::optional<std::string> reason(const trace::CallEvent& call) const = 0;
  /// One line for each place that the call names: how it is after the call.
  virtual std::vector<std::string> places(const trace::CallEvent& call) const = 0;
  /// What engine and spec disagree on anywhere, after the last deed.
  virtual std::optional<std::string> disagreement() const = 0;
};

/// The judge that asks both, and holds them against each other.
class LockstepJudge final : public Judge {
 public:
  explicit LockstepJudge(const MachineDescription& machine);
  Ruling rule(const Deed& deed) override;
  std::optional<std::string> reason(const trace::CallEvent& call) const override;
  std::vector<std::string> places(const trace::CallEvent& call) const override;
  std::optional<std::string> disagreement() const override;
  std::optional<std::string> objection(const Deed& deed) const override;

  const refine::ConcreteSpec& spec() const { return lockstep_.spec(); }
  /// Whoever is told of each effect of the engine; none if null.
  void observe(hw::Observer<Concrete>* observer) { lockstep_.observe(observer); }

 private:
  Ruling rule_on(const trace::CallEvent& call);
  Ruling rule_on(trace::AccessEvent access);

  refine::Lockstep lockstep_;
};

/// A judge of a machine that has no `problem`.
std::unique_ptr<Judge> make_judge(Against against, const MachineDescription& machine);

}  // namespace bulkhead::cli
