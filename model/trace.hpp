#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/concrete.hpp"
#include "model/machine.hpp"
#include "model/result.hpp"

/// What a trace says: `bulkhead-trace/1`, JSON Lines, a header and then one event a line
/// (docs/traces.md). Read by trace_reader.hpp, written by trace_writer.hpp.
namespace bulkhead::trace {

inline constexpr std::string_view schema = "bulkhead-trace/1";

/// How a trace of a corpus says that its replay ends.
struct Expectation {
  uint64_t diverges_at = 0;  ///< the line of the first divergence; 0: the trace conforms
  std::string rule;          ///< the rule that an effect breaks there; empty: nothing is said
  friend bool operator==(const Expectation&, const Expectation&) = default;
};

struct Header {
  MachineDescription machine;
  std::string source;  ///< where the trace came from
  std::optional<Expectation> expectation;
  friend bool operator==(const Header&, const Header&) = default;
};

/// A call and what was recorded of its result. Outputs count if the status is `ok`.
struct CallEvent {
  Cpu<Concrete> cpu{};
  Call call{};
  Arguments<Concrete> arguments;
  Result<Concrete> result{Status::ok};
};
bool operator==(const CallEvent& a, const CallEvent& b);

enum class AccessKind : uint8_t { load, store };
inline constexpr std::array<std::string_view, 2> access_names = {"load", "store"};

/// Why stage 2 refuses an access.
enum class AccessFault : uint8_t { translation, address_size, access_flag, permission };
inline constexpr std::array<std::string_view, 4> fault_names = {"translation", "address_size", "access_flag",
                                                                "permission"};

/// A 64-bit access to memory by a compartment, or by the host (caller 0).
struct AccessEvent {
  Cpu<Concrete> cpu{};
  CompartmentId<Concrete> caller{};
  AccessKind kind{};
  Ipa<Concrete> ipa{};
  Word<Concrete> value{};  ///< stored, or loaded if there is no fault
  std::optional<AccessFault> fault;
};
bool operator==(const AccessEvent& a, const AccessEvent& b);

/// What may be judged: a call or an access, with how it ended.
using Deed = std::variant<CallEvent, AccessEvent>;

/// The events that are neither calls nor accesses.
enum class StepKind : uint8_t {
  effect,  ///< what a recorder saw the engine do to the hardware
  irq,     ///< a change of an interrupt line
  exit,    ///< the return of an earlier `vcpu_enter` on this CPU
};
inline constexpr std::array<std::string_view, 3> step_names = {"effect", "irq", "exit"};

/// A field of a step: a 64-bit word, or a name such as that of a register.
struct Field {
  std::string key;
  std::variant<uint64_t, std::string> value;
  friend bool operator==(const Field&, const Field&) = default;
};

/// Another event, such as the effect `store`. Which fields it has and in which order
/// is its form (trace_steps.hpp); those of an `exit` are the members of its `out`.
struct StepEvent {
  StepKind kind{};
  std::optional<Cpu<Concrete>> cpu;
  std::string name;
  std::vector<Field> fields;
};
bool operator==(const StepEvent& a, const StepEvent& b);

/// One line of a trace after its header.
struct Event {
  std::optional<uint64_t> n;  ///< the number that the recorder gave it; these increase
  std::variant<CallEvent, AccessEvent, StepEvent> what;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace bulkhead::trace
