#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "refine/abstraction.hpp"
#include "refine/prestate.hpp"
#include "spec/rules.hpp"

namespace bulkhead::refine {

/// One arbitrary place of each kind, and of pages two: what is shown of it is shown of all.
struct Point {
  Frame<Symbolic> frame;
  Index<Symbolic> index;
  CompartmentId<Symbolic> compartment;
  Page<Symbolic> page;
  Level<Symbolic> level;
  Cpu<Symbolic> cpu;
  Page<Symbolic> other_page;
  VcpuIndex<Symbolic> vcpu;

  static Point arbitrary(Session& session);
  /// The same as an invariant speaks of it.
  Place<Symbolic> place() const { return {frame, index, compartment, vcpu, cpu, page}; }
  /// Whether it is a part of an arbitrary point.
  static bool has(const Application& application) { return application.function.starts_with("point."); }
};

/// What the engine kept right after an effect.
struct KeptRecords {
  impl::FrameTable<Symbolic> frames;
  impl::CompartmentTable<Symbolic> compartments;
  uint64_t accesses;  ///< reads and writes of its state so far
};

/// One call on one path: the engine before and after, and what the spec makes of the same. The same
/// structure describes a run on constants.
struct Step {
  Call call;
  Cpu<Symbolic> cpu;
  Arguments<Symbolic> arguments;
  spec::Inputs<Symbolic> inputs;
  const impl::Engine<Symbolic>* before;
  const HostTables<Symbolic>* host;
  impl::Engine<Symbolic> after;
  Result<Symbolic> result;
  spec::State<Symbolic> spec_before;
  spec::State<Symbolic> spec_after;  ///< after the effect, where the engine answered `ok`
  Result<Symbolic> spec_result;      ///< of the effect
  const spec::Rule<Symbolic>* rule;  ///< what the spec says of the call
  std::vector<hw::Effect<Symbolic>> effects;
  std::vector<KeptRecords> moments;  ///< right after each effect
  uint64_t accesses;                 ///< reads and writes of the engine's state in all

  bool succeeded() const { return result.status == Status::ok; }
};

/// Whether a frame holds a table of a compartment, or is one of the engine's, as all tables of the host are.
SymBool holds_table(const impl::Engine<Symbolic>& engine, Frame<Symbolic> frame);
/// Whether it does before the call or after it, so that what is stored there is an entry.
SymBool holds_entries(const Step& step, Frame<Symbolic> frame);

/// What a goal may assume besides the facts about what it reads.
enum class Assumes : uint8_t {
  nothing,
  invariants,  ///< that every invariant but those of the host's tables held at the point before the call
  call_walk,   ///< theorem `walk` too, at the page of the call: the table that translates it is the one it finds
  run,         ///< what a table that is searched maps where the frame of the point would be, if it is one run
  alignment,  ///< what is found at the page where a run that is searched for, if not aligned, has its first frame again
  recorded,   ///< that the frame of the point, if recorded at the page of the call, was mapped there
  context,    ///< that the frame of the point, if a vCPU frame, held the context of the vCPU that its record names
  host_map,   ///< that those of the host's tables held too
  found,   ///< theorem `walk` at the compartment and page of the point: what is found there, the frame table has mapped
  stores,  ///< theorem `walk` at the compartment and page of the point, and at the level-3 tables stored to
  walk,  ///< theorem `walk`, at the point and a level: what is reached is such a table, and every such table is reached
};

/// A statement about every step: to be proved on each path to which it applies.
struct Statement {
  std::string theorem;
  std::string conjunct;
  std::string text;  ///< what holds, as a sentence
  std::function<SymBool(const Step&, const Point&)> holds;
  Assumes assumes = Assumes::nothing;
  unsigned level = 0;  ///< the level at which the walk is assumed

  /// Whether it speaks of the engine alone, so that it can be proved before the spec has read anything.
  bool is_of_engine() const;
};

/// What is to be proved of a path that ended like this one.
std::vector<Statement> statements_about(const Step& step);

/// Whether the statement of that name, `theorem/conjunct`, fails at a point of a step on constants. A step of which it
/// is not to be proved, since it ended otherwise, does not show that.
bool fails(const Step& step, const Point& point, std::string_view name);

/// Of each of the first `count` refusals of the call, whether it is the first that holds.
std::vector<SymBool> first_refusals(const Step& step, size_t count);

void add_contract(const Step& step, std::vector<Statement>& all);
void add_refinement(const Step& step, std::vector<Statement>& all);
void add_footprint(const Step& step, std::vector<Statement>& all);
void add_invariant(const Step& step, std::vector<Statement>& all);
void add_maintenance(const Step& step, std::vector<Statement>& all);
void add_exposure(const Step& step, std::vector<Statement>& all);
void add_locking(const Step& step, std::vector<Statement>& all);

}  // namespace bulkhead::refine
