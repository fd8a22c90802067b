#include "refine/boot_trace.hpp"

#include <fmt/format.h>

#include "model/trace_writer.hpp"
#include "refine/explain.hpp"
#include "refine/query/retrial.hpp"
#include "refine/reach.hpp"
#include "refine/shrink_deeds.hpp"
#include "refine/snapshot.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;
using trace::AccessEvent;
using trace::CallEvent;
using trace::Deed;

std::optional<Divergence> carry_out(Lockstep& machine, const AccessEvent& access) {
  if (access.kind == trace::AccessKind::load) { return machine.load(access.cpu, access.caller, access.ipa).divergence; }
  return machine.store(access.cpu, access.caller, access.ipa, access.value);
}

/// Does deeds from boot on until one of them shows what is wrong.
class Attempt {
 public:
  /// `strict`: only the goal counts, where the call ends as it did; otherwise whatever engine and spec differ in, too.
  Attempt(const Counterexample& wanted, const MachineDescription& machine, const CallFault& fault, bool strict)
      : goal_(obligation_named(wanted.goal, "")),
        made_(wanted.made),
        fault_(fault),
        strict_(strict),
        machine_(machine) {}

  bool shows(const Deed& deed) {
    return std::visit([this](const auto& what) { return shows(what); }, deed);
  }
  /// Engine and spec have come apart in another way: nothing that is done now counts.
  bool is_astray() const { return astray_; }
  /// What was wrong: a statement, `theorem/conjunct`, or a difference in words.
  const std::string& seen() const { return seen_; }
  /// Whether engine and spec differ anywhere after the last deed, and that counts.
  bool differ_anywhere() { return counts(machine_.compare_everything()); }

 private:
  bool shows(const CallEvent& call) {
    const bool fails = made_ && call.call == made_->call && fails_goal(call);
    const auto divergence = machine_.call(call.cpu, call.call, call.arguments).divergence;
    return fails || counts(divergence);
  }
  /// Of a violation of the state itself there is no other sign.
  bool counts(const std::optional<Divergence>& divergence) {
    if (!divergence) { return false; }
    if (strict_ && made_) {
      astray_ = true;
      return false;
    }
    seen_ = divergence->text;
    return true;
  }
  bool shows(const AccessEvent& access) { return counts(carry_out(machine_, access)); }
  bool fails_goal(const CallEvent& call) {
    const auto run = rehearse(machine_, call, fault_);
    if (strict_ && run->step != nullptr && run->step->result.status != made_->engine.status) { return false; }
    const Selection wanted = [this](const std::string& theorem) { return !strict_ || theorem == goal_.theorem; };
    const auto failure = failure_of(*run, wanted);
    if (failure) { seen_ = failure->theorem + "/" + failure->conjunct; }
    return failure && (!strict_ || failure->conjunct == goal_.conjunct);
  }

  Obligation goal_;
  std::optional<CallMade> made_;
  CallFault fault_;
  bool strict_;
  bool astray_ = false;
  Lockstep machine_;
  std::string seen_;
};

Deed deed_of(const CallMade& made) {
  CallEvent event;
  event.cpu = Cpu<C>(made.cpu);
  event.call = made.call;
  event.arguments = arguments_of(made);
  return event;
}

/// A load by whom the statement is about, at the page that it is about.
Deed look_at(const std::vector<PointPart>& place, bool by_host) {
  AccessEvent access;
  access.kind = trace::AccessKind::load;
  for (const PointPart& part : place) {
    if (part.kind() == "compartment" && !by_host) { access.caller = CompartmentId<C>(part.number); }
    if (part.kind() == "page") { access.ipa = Ipa<C>(part.number << page_shift); }
  }
  return access;
}

std::vector<Deed> way_and_violation(const Counterexample& cex, const Way& way) {
  std::vector<Deed> deeds = way.deeds;
  const bool by_host = obligation_named(cex.goal, "").call == "host";
  deeds.push_back(cex.made ? deed_of(*cex.made) : look_at(cex.point, by_host));
  return deeds;
}

/// The deeds, with the ends that the spec gives the calls.
std::vector<Deed> ended_by_spec(std::vector<Deed> deeds, const MachineDescription& description) {
  Lockstep machine(description);
  for (Deed& deed : deeds) {
    if (auto* call = std::get_if<CallEvent>(&deed)) {
      call->result = machine.call(call->cpu, call->call, call->arguments).spec;
    } else {
      carry_out(machine, std::get<AccessEvent>(deed));
    }
  }
  return deeds;
}

std::string text_of(const std::vector<Deed>& deeds, const Counterexample& cex, const MachineDescription& machine) {
  return trace::text_of({machine, fmt::format("counterexample to {}", cex.goal), {}}, ended_by_spec(deeds, machine));
}

/// Looks for the violation at the end of a way; `strict` as in Attempt.
std::optional<BootTrace> trace_along(const Way& way, const Counterexample& cex, const CallFault& fault, bool strict) {
  std::string seen;
  const FailsAfter fails_after = [&](const std::vector<Deed>& deeds) -> std::optional<size_t> {
    Attempt attempt(cex, way.machine, fault, strict);
    for (size_t i = 0; i < deeds.size(); ++i) {
      const bool shows = attempt.shows(deeds[i]);
      seen = attempt.seen();
      if (shows) { return i + 1; }
      if (attempt.is_astray()) { return std::nullopt; }
    }
    return attempt.differ_anywhere() ? std::optional(deeds.size()) : std::nullopt;
  };
  const std::vector<Deed> deeds = way_and_violation(cex, way);
  if (!fails_after(deeds)) { return std::nullopt; }
  const std::vector<Deed> shrunk = shrink(deeds, fails_after);
  static_cast<void>(fails_after(shrunk));  // what was seen last is of deeds that were tried in vain
  return BootTrace{text_of(shrunk, cex, way.machine), strict || seen.empty() ? "" : "what fails there: " + seen};
}

}  // namespace

BootTrace boot_trace(const Counterexample& cex, const CallFault& fault) {
  if (query::is_query(cex)) { return query::trace_to(cex); }
  const Way way = way_to(cex.before);
  if (!way.why_not.empty()) { return {"", fmt::format("not shown reachable: {}", way.why_not)}; }
  for (const bool strict : {true, false}) {
    if (auto trace = trace_along(way, cex, fault, strict)) { return *trace; }
  }
  return {"", "not shown reachable: the calls that should build the state do not come to the violation"};
}

void add_boot_trace(Obligation& goal, const Limits& limits) {
  if (!limits.traces) { return; }
  for (Counterexample& counterexample : goal.counterexample) { counterexample.trace = boot_trace(counterexample); }
}

}  // namespace bulkhead::refine
