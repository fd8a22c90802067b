#include "refine/walk_proof.hpp"

#include <fmt/format.h>

#include "hw/walk.hpp"
#include "impl/vtcr.hpp"
#include "refine/boot_trace.hpp"
#include "refine/explain.hpp"
#include "refine/paths.hpp"
#include "refine/records.hpp"
#include "refine/run.hpp"
#include "refine/second_opinion.hpp"
#include "refine/shape.hpp"
#include "refine/shrink_counterexample.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Engine = impl::Engine<S>;

constexpr hw::Stage2 stage2 = hw::stage2_of(hw::VtcrEl2<Concrete>(impl::vtcr), {});

SymBool sound_at(const Engine& e, const Point& p, unsigned level) {
  return walk_is_sound(e, descend(e, p.compartment, p.page), level, p.compartment, p.page);
}

SymBool complete_at(const Engine& e, const Point& p, Frame<S> table, unsigned level) {
  return walk_is_complete(e, descend(e, p.compartment, p.page), table, level, p.compartment, p.page);
}

/// Of the frame with the number of the page.
SymBool block_is_recorded(const Engine& e, const Point& p) {
  return in_block_is_recorded(e, p.frame, p.index, widen<Frame<S>>(p.page));
}

hw::VttbrEl2<S> vttbr_to(CompartmentId<S> vmid, Frame<S> root) {
  return (widen<hw::VttbrEl2<S>>(vmid) << 48U) | (widen<hw::VttbrEl2<S>>(root) << page_shift);
}

/// `mutator` sees the walker run.
hw::WalkResult<S> run_walker(const Engine& e, CompartmentId<S> vmid, Frame<S> root, Page<S> page, Mutator& mutator) {
  const Mutator::Scope scope(&mutator);
  return hw::walk<S>(stage2, vttbr_to(vmid, root), address_of(page), hw::AccessKind::read_el1,
                     [&e](Pa<S> pa) { return e.hardware.memory().load(frame_of(pa), index_of(pa)); });
}

SymBool is_normal_memory(const hw::WalkResult<S>& w) {
  return (w.memory_attribute() == Word<S>(0b1111)) & (w.shareability() == Word<S>(0b11)) & w.executable_el1 &
         w.executable_el0;
}

/// The walker agrees with the walk that the other claims are about.
SymBool agrees(const hw::WalkResult<S>& w, const Meaning& m) {
  const auto mapped = m.access != Access::none;
  return (w.is_mapped() == mapped) &
         ((!mapped) | ((w.frame() == m.frame) & w.readable & (w.writable == (m.access == Access::read_write)) &
                       is_normal_memory(w)));
}

/// The host finds its RAM, what is shared with it and its devices at their own addresses, and nothing else.
SymBool host_finds_its_own(const Engine& e, const hw::WalkResult<S>& w, Page<S> page) {
  const auto frame = widen<Frame<S>>(page);
  const auto state = e.frames.state.get(frame);
  const auto ram = is_hosts_ram<S>(state);
  const auto device = state == FrameState::device;
  const auto as_device = (w.memory_attribute() == Word<S>(0b0001)) & !(w.executable_el1 | w.executable_el0);
  return (w.is_mapped() == (ram | device)) &
         ((!w.is_mapped()) |
          ((w.frame() == frame) & w.readable & w.writable & ((ram & is_normal_memory(w)) | (device & as_device))));
}

/// Walks for two pages pass the same table of a level if it serves both.
SymBool shared_at(const Engine& e, const Point& p, unsigned level) {
  return same_table(descend(e, p.compartment, p.page), descend(e, p.compartment, p.other_page), level, p.page,
                    p.other_page);
}

SymBool hardware_agrees(const Engine& e, const Point& p, Mutator& mutator) {
  const auto in_use = e.compartments.state.get(p.compartment) != CompartmentState::free;
  const auto walked = run_walker(e, p.compartment, e.compartments.root.get(p.compartment), p.page, mutator);
  return implies(in_use, agrees(walked, descend(e, p.compartment, p.page).meaning(p.page)));
}

SymBool host_has_identity(const Engine& e, const Point& p, Mutator& mutator) {
  return host_finds_its_own(e, run_walker(e, CompartmentId<S>(0), e.host_root, p.page, mutator), p.page);
}

}  // namespace

std::optional<bool> walk_claim_holds(const std::string& call, const std::string& conjunct, const std::string& path,
                                     const Engine& e, const Point& p) {
  Mutator none;
  if (call == "host") { return host_has_identity(e, p, none).is_true(); }
  if (conjunct == "agrees") { return hardware_agrees(e, p, none).is_true(); }
  if (conjunct == "found") { return found_is_recorded(e, p.compartment, p.page).is_true(); }
  if (conjunct == "recorded") { return recorded_is_found(e, p.frame, p.compartment, p.page).is_true(); }
  if (conjunct == "in_block") { return block_is_recorded(e, p).is_true(); }
  for (unsigned level = 0; level <= leaf_level; ++level) {
    if (path != fmt::format("level{}", level)) { continue; }
    if (conjunct == "sound") { return sound_at(e, p, level).is_true(); }
    if (conjunct == "complete") { return complete_at(e, p, p.frame, level).is_true(); }
    if (conjunct == "shared") { return shared_at(e, p, level).is_true(); }
  }
  return std::nullopt;
}

WalkProof::WalkProof(Limits limits, std::function<bool(const std::string&)> wanted, bool list_only)
    : limits_(limits), wanted_(std::move(wanted)), list_only_(list_only), session_(limits.seed) {}

void WalkProof::run() {
  prove_tables();
  prove_shared_tables();
  prove_leaves();
  prove_hardware(false);
  prove_hardware(true);
}

void WalkProof::prove_tables() {
  session_.begin({});
  const PreState pre(session_);
  const Point point = Point::arbitrary(session_);
  for (unsigned level = 0; level <= leaf_level; ++level) {
    const std::string path = fmt::format("level{}", level);
    std::vector<Lemma> sound_above;
    std::vector<Lemma> complete_above;
    if (level > 0) {
      sound_above = {[level](const Engine& e, const Point& p) { return sound_at(e, p, level - 1); }};
      complete_above = {[level](const Engine& e, const Point& p) {
        return complete_at(e, p, e.frames.parent_table.get(p.frame), level - 1);
      }};
    }
    prove(pre, point,
          {"compartment", path, "sound", "what the walk reaches is a table of that level, owner and base",
           [level](const Engine& e, const Point& p) { return sound_at(e, p, level); }},
          sound_above);
    prove(pre, point,
          {"compartment", path, "complete", "every table of that level, owner and base is what the walk reaches",
           [level](const Engine& e, const Point& p) { return complete_at(e, p, p.frame, level); }},
          complete_above);
  }
}

/// Two walks through the same entries: true of any state, so no fact about legal ones is of use.
void WalkProof::prove_shared_tables() {
  session_.begin({});
  session_.follow_to(0);
  const PreState pre(session_);
  const Point point = Point::arbitrary(session_);
  for (unsigned level = 0; level <= leaf_level; ++level) {
    std::vector<Lemma> above;
    if (level > 0) {
      above = {[level](const Engine& e, const Point& p) { return shared_at(e, p, level - 1); }};
    }
    prove(pre, point,
          {"compartment", fmt::format("level{}", level), "shared",
           "walks for two pages that a table of the level serves pass the same one",
           [level](const Engine& e, const Point& p) { return shared_at(e, p, level); }},
          above);
  }
  session_.follow_to(Session::usual_depth);
}

void WalkProof::prove_leaves() {
  session_.begin({});
  const PreState pre(session_);
  const Point point = Point::arbitrary(session_);
  std::vector<Lemma> sound;
  const Descent walk = session_.quietly([&] { return descend(pre.engine(), point.compartment, point.page); });
  for (unsigned level = 0; level <= leaf_level; ++level) {
    sound.emplace_back([level](const Engine& e, const Point& p) { return sound_at(e, p, level); });
    if (level == 0) { continue; }
    pre.assume_mapping(walk.table.at(level), hw::index_at<S>(point.page, level), point.page, level);
    pre.assume_mapping(point.frame, point.index, point.page, level);
  }
  prove(pre, point,
        {"compartment", "leaf", "found", "what the walk finds, the frame table has mapped there",
         [](const Engine& e, const Point& p) { return found_is_recorded(e, p.compartment, p.page); }},
        sound);
  prove(pre, point,
        {"compartment", "leaf", "in_block", "a frame in a block of a compartment is recorded where the block maps it",
         block_is_recorded},
        {});
  pre.assume_found(point.frame);
  prove(pre, point,
        {"compartment", "leaf", "recorded", "what the frame table has mapped somewhere, the walk finds there",
         [](const Engine& e, const Point& p) { return recorded_is_found(e, p.frame, p.compartment, p.page); }},
        sound);
}

std::string WalkProof::hardware_path() { return fmt::format("hardware.{}", ++paths_); }

Mutator WalkProof::mutator_for(bool of_host) const {
  if (fault_ == nullptr || fault_->of_host != of_host) { return {}; }
  Mutator mutator(fault_->mutation);
  mutator.only_after(fault_->answers);
  return mutator;
}

void WalkProof::prove_hardware(bool of_host) {
  session_.follow_to(of_host ? 0 : Session::usual_depth);
  for_each_path(session_, [this, of_host] {
    if (fault_ != nullptr && !obligations_.empty() && obligations_.back().verdict != Verdict::proved) { return; }
    const PreState pre(session_);
    const Point point = Point::arbitrary(session_);
    of_host ? prove_host_hardware(pre, point) : prove_compartment_hardware(pre, point);
  });
  session_.follow_to(Session::usual_depth);
}

void WalkProof::prove_compartment_hardware(const PreState& pre, const Point& any) {
  const auto agrees_at = [this](const Engine& e, const Point& p) {
    seen_ = mutator_for(false);
    return hardware_agrees(e, p, seen_);
  };
  static_cast<void>(agrees_at(pre.engine(), any));
  prove(pre, any, {"compartment", hardware_path(), "agrees", "hardware's walker finds what this walk finds", agrees_at},
        {[](const Engine& e, const Point& p) { return sound_at(e, p, 1); },
         [](const Engine& e, const Point& p) { return sound_at(e, p, 2); },
         [](const Engine& e, const Point& p) { return sound_at(e, p, 3); }});
}

void WalkProof::prove_host_hardware(const PreState& pre, const Point& any) {
  const auto is_identity = [this](const Engine& e, const Point& p) {
    seen_ = mutator_for(true);
    return host_has_identity(e, p, seen_);
  };
  pre.assume_host_map(widen<Frame<S>>(any.page));
  static_cast<void>(is_identity(pre.engine(), any));
  prove(pre, any,
        {"host", hardware_path(), "identity", "the host finds its RAM and devices at their own addresses, nothing else",
         is_identity},
        {});
}

void WalkProof::prove_walker(const WalkerFault& fault) {
  fault_ = &fault;
  prove_hardware(fault.of_host);
  fault_ = nullptr;
}

void WalkProof::watch_walker(bool of_host, const OnPath& on_path) {
  const bool before = std::exchange(list_only_, true);
  session_.follow_to(of_host ? 0 : Session::usual_depth);
  for_each_path(session_, [&] {
    const PreState pre(session_);
    const Point point = Point::arbitrary(session_);
    of_host ? prove_host_hardware(pre, point) : prove_compartment_hardware(pre, point);
    on_path(obligations_.back().path, seen_);
  });
  session_.follow_to(Session::usual_depth);
  list_only_ = before;
}

void WalkProof::prove(const PreState& pre, const Point& point, const Claim& claim, const std::vector<Lemma>& lemmas) {
  if (!wanted_("walk")) { return; }
  Obligation goal;
  goal.theorem = "walk";
  goal.call = claim.call;
  goal.path = claim.path;
  goal.conjunct = claim.conjunct;
  goal.text = claim.text;
  if (!list_only_) {
    const Session::Scope scope(session_);
    for (const Lemma& lemma : lemmas) { session_.assume(lemma(pre.engine(), point)); }
    const SymBool holds = claim.holds(pre.engine(), point);
    if (judge(session_, limits_, goal, !holds) == z3::sat && limits_.searches) {
      Search search = find_legal(session_, pre, limits_, !holds, [&](const ModelState& state) -> std::string {
        const Point at = evaluate_point(state, point);
        if (!claim.holds(state.small().constants(), at).is_false()) {
          return "a model does not reproduce on its state";
        }
        Counterexample found = explain_state(state.small(), goal, at);
        mark_what_matters(found.point, session_, holds, point);
        goal.counterexample = {shrink(found)};
        return "";
      });
      // The search takes for granted that what is recorded is mapped, which after a call rests on this theorem.
      if (search.outcome == Search::Outcome::impossible) { search.outcome = Search::Outcome::unknown; }
      settle_counterexample(session_, limits_, goal, !holds, search);
      add_boot_trace(goal, limits_);
    }
  }
  obligations_.push_back(std::move(goal));
}

}  // namespace bulkhead::refine
