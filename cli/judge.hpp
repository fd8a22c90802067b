#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/machine.hpp"
#include "model/trace.hpp"

/// Who says whether a recorded call is right: the spec, the engine, or both in lockstep.
namespace bulkhead::cli {

enum class Against : uint8_t { spec, engine, both };

/// What should have happened at a call.
struct Ruling {
  Result<Concrete> expected;
  /// What engine and spec disagree on, or the engine wrongly believes; nothing where they agree.
  std::optional<std::string> disagreement;
};

/// Follows a machine from boot on, call by call.
class Judge {
 public:
  virtual ~Judge() = default;
  /// Makes the step of the recorded call, whatever was recorded of its result.
  virtual Ruling rule(const trace::CallEvent& event) = 0;
  /// Why the call just ruled on is refused, as the spec words it; nothing if it is not.
  virtual std::optional<std::string> reason(const trace::CallEvent& event) const = 0;
  /// One line for each place that the call names: how it is after the call.
  virtual std::vector<std::string> places(const trace::CallEvent& event) const = 0;
};

/// A judge of a machine that has no `problem`.
std::unique_ptr<Judge> make_judge(Against against, const MachineDescription& machine);

}  // namespace bulkhead::cli
