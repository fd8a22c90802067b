#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hw/effect.hpp"
#include "model/calls.hpp"
#include "model/result.hpp"
#include "refine/small_state.hpp"
#include "refine/view.hpp"

namespace bulkhead::refine {

/// A decision of the path, with its source line.
struct PathStep {
  std::string file;
  int line = 0;
  bool taken = false;
  std::string text = {};  ///< of the line, in the sources that the engine was built from; empty where it is not known

  /// The text is for who reads it, and says nothing more of where the step is.
  friend bool operator==(const PathStep& a, const PathStep& b) {
    return a.file == b.file && a.line == b.line && a.taken == b.taken;
  }
};

/// How the engine or the spec ended a call.
struct CallEnd {
  Status status = Status::ok;
  std::vector<uint64_t> outputs;  ///< those of the call's row, if the status is `ok`
  std::string why;                ///< of the spec: the refusal that comes first; of the engine: the belief that failed
  friend bool operator==(const CallEnd&, const CallEnd&) = default;
};

/// What the spec says of some places.
struct SpecPlaces {
  std::map<uint64_t, FrameView> frames;                        ///< by frame number
  std::map<uint64_t, CompartmentView> compartments;            ///< by id
  std::map<std::pair<uint64_t, uint64_t>, VcpuView> vcpus;     ///< by compartment id and index
  std::map<std::pair<uint64_t, uint64_t>, PageView> pages;     ///< by id and page number
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> contents;  ///< by frame number and index, where content counts
  friend bool operator==(const SpecPlaces&, const SpecPlaces&) = default;
};

/// A part of the place at which a goal fails, or a name of a query with what it stands for.
struct PointPart {
  std::string name;  ///< `frame`, `index`, `compartment`, `page`, `level`, `cpu`, `other_page`, `vcpu`; of a query
                     ///< `frame f`, `value v`
  uint64_t number = 0;
  bool matters = false;  ///< the goal speaks of it

  /// The first word of the name.
  std::string_view kind() const { return std::string_view(name).substr(0, name.find(' ')); }
  friend bool operator==(const PointPart&, const PointPart&) = default;
};

/// The call that was made, and what came of it on the concrete engine.
struct CallMade {
  Call call = Call::version;
  uint64_t cpu = 0;
  uint64_t caller = 0;              ///< compartment id, 0: the host
  std::vector<uint64_t> arguments;  ///< those of the call's row
  CallEnd engine;
  CallEnd spec;
  std::vector<PathStep> path;
  std::vector<hw::Effect<Concrete>> effects;  ///< of the engine, in order
};

/// How the state of a counterexample is reached from power-on, or why that is not known.
struct BootTrace {
  std::string text;  ///< a trace, bulkhead-trace/1, that `replay` refuses at its last line; empty if none was found
  std::string why;   ///< if none was found: what is known of why; else what fails in it, if that is not the goal
  friend bool operator==(const BootTrace&, const BootTrace&) = default;
};

/// The moments of a call at which a CPU may translate what it should not, by a walk or from its TLB.
struct Window {
  enum class As : uint8_t { read, write, table };
  static constexpr std::array<std::string_view, 3> as_names = {"read", "write", "table"};
  size_t first = 0;  ///< how many effects had happened when it opened
  size_t last = 0;   ///< how many had happened when it was last open; all of them: it is open when the call returns
  uint64_t cpu = 0;
  uint64_t vmid = 0;
  uint64_t page = 0;   ///< by number
  uint64_t frame = 0;  ///< to which the page leads, or that is a table for it
  As as = As::read;
  bool was_allowed = false;  ///< before the call the spec allowed it
  friend bool operator==(const Window&, const Window&) = default;
};

/// Why a goal does not hold: a legal state, a call, and what came of it on the concrete engine.
struct Counterexample {
  std::string goal;  ///< `theorem/call/path/conjunct`
  std::string says;  ///< what should hold, as a sentence
  SmallState before;
  std::optional<CallMade> made;  ///< none: the state itself is wrong
  std::vector<PointPart> point;
  SmallState after;   ///< as the engine left it; as before if no call was made
  SpecPlaces wanted;  ///< what the spec has at the places touched, after the call
  BootTrace trace;
  std::optional<Window> window;  ///< of theorem `exposure`
};

}  // namespace bulkhead::refine
