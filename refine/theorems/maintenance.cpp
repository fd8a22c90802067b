#include "hw/descriptor.hpp"
#include "refine/effect_order.hpp"
#include "refine/step.hpp"

/// `maintenance`: the effects of a call, in their order, obey the architecture: break before make, barriers, TLB
/// invalidation with the right scope and VMID, and memory that is cleaned before anyone new can reach it.
namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;

using Rule = SymBool (*)(const EffectOrder&, const Step&, const Point&);

SymBool valid(Word<S> entry) { return hw::is_valid<S>(entry); }

bool frames_the_call(Kind kind) {
  return kind == Kind::exception || kind == Kind::lock || kind == Kind::unlock || kind == Kind::eret;
}

bool writes_memory(Kind kind) { return kind == Kind::store || kind == Kind::fill || kind == Kind::copy; }

/// The exception, then the lock, then all else, then the lock given back and the return, each once.
SymBool is_one_step(const EffectOrder&, const Step& s, const Point&) {
  const auto& e = s.effects;
  const size_t n = e.size();
  if (n < 4 || e[0].kind != Kind::exception || e[1].kind != Kind::lock) { return false; }
  if (e[n - 2].kind != Kind::unlock || e[n - 1].kind != Kind::eret) { return false; }
  for (size_t i = 2; i + 2 < n; ++i) {
    if (frames_the_call(e[i].kind)) { return false; }
  }
  return true;
}

/// A refused call only looks.
SymBool only_looks(const EffectOrder&, const Step& s, const Point&) {
  for (const hw::Effect<S>& e : s.effects) {
    if (e.kind != Kind::load && !frames_the_call(e.kind)) { return false; }
  }
  return true;
}

/// An entry that was broken earlier in the call is made again only when what it led to is forgotten.
SymBool is_forgotten_before(const EffectOrder& order, const EntryStore& made) {
  SymBool all = true;
  for (const EntryStore& broken : order.entry_stores()) {
    if (broken.position >= made.position) { break; }
    const auto same_entry = (broken.table == made.table) & (broken.index == made.index);
    const auto is_broken = valid(broken.old) & !valid(broken.value);
    all = all & implies(same_entry & is_broken, order.entry_invalidated(broken, made.position));
  }
  return all;
}

SymBool breaks_before_making(const EffectOrder& order, const Step&, const Point&) {
  SymBool all = true;
  for (const EntryStore& store : order.entry_stores()) {
    const auto replaces = valid(store.old) & (store.old != store.value);
    all = all & implies(valid(store.value), (!replaces) & is_forgotten_before(order, store));
  }
  return all;
}

SymBool publishes(const EffectOrder& order, const Step&, const Point&) {
  SymBool all = true;
  for (const EntryStore& store : order.entry_stores()) {
    if (!order.stores_complete_between(store.position, order.size())) { all = all & !valid(store.value); }
  }
  return all;
}

/// Whatever is written to the frame that a new entry leads to is complete before the entry is written.
SymBool fills_before_linking(const EffectOrder& order, const Step& s, const Point&) {
  SymBool all = true;
  for (const EntryStore& link : order.entry_stores()) {
    const Frame<S> target = hw::output_frame<S>(link.value);
    for (size_t i = 0; i < s.effects.size(); ++i) {
      const bool complete = i < link.position && order.stores_complete_between(i, link.position);
      if (!writes_memory(s.effects[i].kind) || complete) { continue; }
      all = all & implies(valid(link.value), s.effects[i].frame != target);
    }
  }
  return all;
}

SymBool invalidates(const EffectOrder& order, const Step&, const Point&) {
  SymBool all = true;
  for (const EntryStore& store : order.entry_stores()) {
    all = all & implies(valid(store.old), valid(store.value) | order.entry_invalidated(store, order.size()));
  }
  return all;
}

/// Whether no CPU can translate to a frame any more when the effect at `position` happens.
SymBool is_out_of_reach(const EffectOrder& order, const Step& s, Frame<S> frame, size_t position) {
  const auto state = s.before->frames.state.get(frame);
  SymBool out = state == FrameState::spare;
  for (const EntryStore& store : order.entry_stores()) {
    if (store.position > position) { break; }
    out =
        out | (valid(store.old) & (hw::output_frame<S>(store.old) == frame) & order.entry_invalidated(store, position));
  }
  return out | ((state == FrameState::root) & order.vmid_invalidated(s.before->frames.owner.get(frame), 0, position));
}

SymBool scrubs_out_of_reach(const EffectOrder& order, const Step& s, const Point&) {
  SymBool all = true;
  for (size_t i = 0; i < s.effects.size(); ++i) {
    const hw::Effect<S>& e = s.effects[i];
    if (e.kind == Kind::fill || e.kind == Kind::copy) { all = all & is_out_of_reach(order, s, e.frame, i); }
  }
  return all;
}

SymBool frees_clean_vmid(const EffectOrder& order, const Step& s, const Point& p) {
  const auto state = [&p](const impl::Engine<S>& e) { return e.compartments.state.get(p.compartment); };
  const auto freed = (state(*s.before) != CompartmentState::free) & (state(s.after) == CompartmentState::free);
  return implies(freed, order.vmid_invalidated(p.compartment, 0, order.size()));
}

/// An ISB makes a new VTTBR_EL2 count, before it is written again or the call returns.
SymBool synchronises(const EffectOrder& order, const Step& s, const Point&) {
  size_t end = s.effects.size();
  for (size_t i = s.effects.size(); i-- > 0;) {
    if (s.effects[i].kind == Kind::tlbi && !order.seen_by_this_cpu(i)) { return false; }
    if (s.effects[i].kind != Kind::msr) { continue; }
    if (!order.synchronised_between(i, end)) { return false; }
    end = i;
  }
  return true;
}

/// Whether a value of VTTBR_EL2 is that of the host or of a compartment there is.
SymBool names_a_stage2(const impl::Engine<S>& e, Word<S> vttbr) {
  const auto is = [vttbr](CompartmentId<S> vmid, Frame<S> root) {
    return vttbr == ((widen<Word<S>>(vmid) << 48U) | (widen<Word<S>>(root) << page_shift));
  };
  const auto id = extract<CompartmentId<S>, 63, 48>(vttbr);
  const auto exists = e.compartments.state.get(id) != CompartmentState::free;
  return is(CompartmentId<S>(0), e.host_root) | (exists & is(id, e.compartments.root.get(id)));
}

/// What is written to VTTBR_EL2 names a stage-2, and stays until the invalidations that act on it are complete.
SymBool switches_between_stages2(const EffectOrder& order, const Step& s, const Point&) {
  SymBool all = true;
  for (size_t i = 0; i < s.effects.size(); ++i) {
    if (s.effects[i].kind != Kind::msr) { continue; }
    if (order.has_open_invalidation(i)) { return false; }
    all = all & names_a_stage2(*s.before, s.effects[i].value);
  }
  return all;
}

void add(std::vector<Statement>& all, const char* name, const char* text, Rule rule) {
  all.push_back({"maintenance", name, text, [rule](const Step& s, const Point& p) {
                   return rule(EffectOrder(*s.before, s.cpu, s.effects), s, p);
                 }});
}

}  // namespace

void add_maintenance(const Step& step, std::vector<Statement>& all) {
  add(all, "one_step", "the call is one step under the engine lock, from exception to return", is_one_step);
  if (!step.succeeded()) {
    add(all, "only_looks", "a refused call writes nothing and maintains nothing", only_looks);
    return;
  }
  add(all, "break_before_make",
      "no valid entry becomes another valid one, but by way of an invalid one that every TLB has seen",
      breaks_before_making);
  add(all, "published", "a new valid entry is complete before the call returns", publishes);
  add(all, "filled", "a frame is filled, and that is complete, before an entry leads to it", fills_before_linking);
  add(all, "invalidated",
      "an entry made invalid is forgotten by every TLB: DSB, TLBI of its VMID and page or of all, DSB", invalidates);
  add(all, "out_of_reach", "a frame is overwritten only when no CPU can translate to it", scrubs_out_of_reach);
  add(all, "vmid_clean", "when an id becomes free, no TLB holds anything of its VMID", frees_clean_vmid);
  add(all, "stage2",
      "VTTBR_EL2 names the host's stage-2 or a compartment's, and keeps it until each invalidation is complete",
      switches_between_stages2);
  add(all, "synchronised", "an ISB follows each write of VTTBR_EL2 and the TLB invalidations", synchronises);
}

}  // namespace bulkhead::refine
