#include "hw/content_life.hpp"
#include "hw/cpu_order.hpp"
#include "hw/descriptor.hpp"
#include "hw/entry_life.hpp"
#include "hw/maintenance_rules.hpp"
#include "hw/vmid_life.hpp"
#include "refine/records.hpp"
#include "refine/shape.hpp"
#include "refine/step.hpp"

/// `maintenance`: the effects of a call, in their order, obey the architecture: break before make, barriers, TLB
/// invalidation with the right scope and VMID, and memory that is cleaned before anyone new can reach it. Each rule is
/// judged at one arbitrary place while the effects go by.
namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;
using Effect = hw::Effect<S>;
using hw::EntryPhase;

SymBool valid(Word<S> entry) { return hw::is_valid<S>(entry); }

bool is_vttbr(const Effect& e) { return e.kind == Kind::msr && e.reg == hw::Register::vttbr_el2; }

/// The CPU that makes the call: what it has synchronised with, and its VTTBR_EL2.
class CallingCpu {
 public:
  explicit CallingCpu(const Step& s) : vttbr_(s.before->hardware.vttbr(s.cpu)) {}
  const hw::CpuOrder& order() const { return order_; }

  /// Whether an invalidation acts on the VMID.
  SymBool invalidates(hw::Tlbi op, CompartmentId<S> vmid) const {
    if (hw::reach_of(op).every_vmid) { return true; }
    return SymBool(order_.stage2_in_force()) & (extract<CompartmentId<S>, 63, 48>(vttbr_) == vmid);
  }
  void follow(const Effect& e) {
    if (e.kind == Kind::tlbi) { order_.tlbi(e.tlbi); }
    if (e.kind == Kind::dsb) { order_.dsb(e.barrier); }
    if (e.kind == Kind::isb) { order_.isb(); }
    if (!is_vttbr(e)) { return; }
    order_.msr_vttbr();
    vttbr_ = e.value;
  }

 private:
  hw::CpuOrder order_;
  Word<S> vttbr_;
};

/// The entry at the point, as an entry of a table.
class EntryAt {
 public:
  EntryAt(const Step& s, const Point& p)
      : table_(p.frame),
        index_(p.index),
        word_(s.before->hardware.memory().load(p.frame, p.index)),
        target_(hw::output_frame<S>(word_)),
        level_(s.before->frames.level.get(p.frame)),
        spans_(spans_of(word_)),
        is_entry_(holds_entries(s, table_)),
        is_hosts_(s.before->frames.state.get(table_) == FrameState::engine),
        life_(valid(word_)) {
    const auto& frames = s.before->frames;
    // The host's tables are an identity map under VMID 0. That only its entries for pages ever change is what
    // invariants `host_upper_tables` and `host_page_entries` say.
    vmid_ = select(is_hosts_, CompartmentId<S>(0), frames.owner.get(table_));
    page_ = select(is_hosts_, widen<Page<S>>(target_), frames.base.get(table_) | entry_offset<S>(level_, index_));
    is_page_ = is_hosts_ | (level_ == Level<S>(leaf_level));
  }

  const hw::EntryLife<S>& life() const { return life_; }
  Word<S> word() const { return word_; }
  SymBool is_hosts() const { return is_hosts_; }
  CompartmentId<S> vmid() const { return vmid_; }
  /// Whether a word that it holds maps a page for who may write it.
  SymBool maps_writable_page(Word<S> word) const {
    return is_page_ & valid(word) & ((hw::s2::S2AP::get<S>(word) & Word<S>(0b10)) != Word<S>(0));
  }
  /// Whether the last valid descriptor led to the frame.
  SymBool leads_to(Frame<S> frame) const { return (frame & ~spans_) == target_; }
  SymBool is_at(const Effect& store) const { return is_entry_ & (store.frame == table_) & (store.index == index_); }

  void follow(const Effect& e, const CallingCpu& cpu) {
    if (e.kind == Kind::store) { store(e); }
    if (e.kind == Kind::dsb) { life_.dsb(e.barrier); }
    if (e.kind == Kind::tlbi) { life_.tlbi(e.tlbi, is_about(e, cpu)); }
  }

 private:
  void store(const Effect& e) {
    const auto here = is_at(e);
    life_.store(here, valid(e.value));
    word_ = select(here, e.value, word_);
    target_ = select(here & valid(e.value), hw::output_frame<S>(e.value), target_);
    spans_ = select(here & valid(e.value), spans_of(e.value), spans_);
  }
  /// Which bits of a frame number the descriptor leaves open: those within a block.
  Frame<S> spans_of(Word<S> descriptor) const {
    return select(hw::is_table<S>(descriptor, 0), Frame<S>(0), widen<Frame<S>>(entry_mask<S>(level_)));
  }
  /// An unlinked table may have been the way to anything below it: an invalidation by IPA is not enough.
  SymBool is_about(const Effect& tlbi, const CallingCpu& cpu) const {
    const auto of_vmid = cpu.invalidates(tlbi.tlbi, vmid_);
    if (!hw::reach_of(tlbi.tlbi).one_ipa) { return of_vmid; }
    return of_vmid & is_page_ & hw::names_entry<S>(tlbi.value, page_, leaf_level);
  }

  Frame<S> table_;
  Index<S> index_;
  Word<S> word_;
  Frame<S> target_;
  Level<S> level_;
  Frame<S> spans_;
  SymBool is_entry_;
  SymBool is_hosts_;
  CompartmentId<S> vmid_;
  Page<S> page_;
  SymBool is_page_;
  hw::EntryLife<S> life_;
};

/// Plays the effects; `judge(effect)` says of each whether it may come now.
template <class Judge>
SymBool holds_throughout(const Step& s, EntryAt& entry, const Judge& judge) {
  SymBool all = true;
  CallingCpu cpu(s);
  for (const Effect& e : s.effects) {
    all = all & judge(e);
    entry.follow(e, cpu);
    cpu.follow(e);
  }
  return all;
}

/// The life of the entry at the point when the call returns.
hw::EntryLife<S> life_at_return(const Step& s, const Point& p) {
  EntryAt entry(s, p);
  static_cast<void>(holds_throughout(s, entry, [](const Effect&) { return SymBool(true); }));
  return entry.life();
}

SymBool breaks_before_making(const Step& s, const Point& p) {
  EntryAt entry(s, p);
  return holds_throughout(s, entry, [&entry](const Effect& e) -> SymBool {
    if (e.kind != Kind::store) { return true; }
    const auto same = entry.life().is_valid() & (entry.word() == e.value);
    return implies(entry.is_at(e) & valid(e.value), same | entry.life().is(EntryPhase::unmapped));
  });
}

SymBool publishes(const Step& s, const Point& p) { return !life_at_return(s, p).is(EntryPhase::made); }

SymBool invalidates(const Step& s, const Point& p) { return life_at_return(s, p).is_settled(); }

SymBool overwrites_out_of_reach(const Step& s, const Point& p) {
  EntryAt entry(s, p);
  const auto state = s.before->frames.state.get(p.frame);
  SymBool is_entry = (state == FrameState::root) | (state == FrameState::table);
  return holds_throughout(s, entry, [&](const Effect& e) -> SymBool {
    if (e.kind == Kind::store) { is_entry = is_entry | entry.is_at(e); }
    if (e.kind != Kind::fill && e.kind != Kind::copy) { return true; }
    return implies(is_entry & entry.leads_to(e.frame), entry.life().is(EntryPhase::unmapped));
  });
}

bool writes_memory(Kind kind) { return kind == Kind::store || kind == Kind::fill || kind == Kind::copy; }

/// A clean counts if `may_clean`.
void follow(hw::ContentLife<S>& content, Frame<S> frame, const Effect& e, const SymBool& may_clean = true) {
  if (writes_memory(e.kind)) { content.write(e.frame == frame); }
  if (e.kind == Kind::clean) { content.clean((e.frame == frame) & may_clean); }
  if (e.kind == Kind::dsb) { content.dsb(e.barrier); }
}

/// Whether an entry that leads to the frame, as table, page or part of a block, is stored.
SymBool leads_to(const Step& s, const Effect& e, Frame<S> frame) {
  if (e.kind != Kind::store) { return false; }
  const auto within = widen<Frame<S>>(entry_mask<S>(s.before->frames.level.get(e.frame)));
  const Frame<S> spans = select(hw::is_table<S>(e.value, 0), Frame<S>(0), within);
  return holds_entries(s, e.frame) & valid(e.value) & ((frame & ~spans) == hw::output_frame<S>(e.value));
}

SymBool fills_before_linking(const Step& s, const Point& p) {
  SymBool all = true;
  hw::ContentLife<S> content;
  for (const Effect& e : s.effects) {
    all = all & implies(leads_to(s, e, p.frame), content.is_seen());
    follow(content, p.frame, e);
  }
  return all;
}

/// Whether someone reaches the frame by an entry of a compartment or of the host.
SymBool is_reached(const impl::Engine<S>& e, Frame<S> frame) {
  return is_hosts_ram<S>(e.frames.state.get(frame)) | is_recorded(e, frame);
}

/// Whoever could write by an entry that is gone may have left cache lines that reach memory at any time. If someone
/// else still reaches the frame, and he does not, it is cleaned once no CPU translates by that entry.
SymBool cleans_after_last_writer(const Step& s, const Point& p) {
  EntryAt entry(s, p);
  const Word<S> before = entry.word();
  const Frame<S> frame = hw::output_frame<S>(before);
  hw::ContentLife<S> content;
  content.write(true);
  static_cast<void>(holds_throughout(s, entry, [&](const Effect& e) -> SymBool {
    follow(content, frame, e, entry.life().is(EntryPhase::unmapped));
    return true;
  }));
  const auto is_gone = entry.maps_writable_page(before) & !valid(entry.word());
  const auto still_hosts = is_hosts_ram<S>(s.after.frames.state.get(frame));
  const auto still_its = is_recorded(s.after, frame) & (s.after.frames.owner.get(frame) == entry.vmid());
  const auto reaches_still = (entry.is_hosts() & still_hosts) | ((!entry.is_hosts()) & still_its);
  return implies(is_gone & is_reached(s.after, frame) & !reaches_still, content.is_settled());
}

SymBool cleans(const Step& s, const Point& p) {
  // Table walks and the engine itself are coherent: what tables and contexts of vCPUs hold need not be in memory.
  const auto is_engines = holds_table(s.after, p.frame) | (s.after.frames.state.get(p.frame) == FrameState::vcpu);
  SymBool all = true;
  hw::ContentLife<S> content;
  for (const Effect& e : s.effects) {
    all = all & implies(leads_to(s, e, p.frame), is_engines | content.is_settled());
    follow(content, p.frame, e);
  }
  return all & (is_engines | content.is_settled()) & cleans_after_last_writer(s, p);
}

SymBool frees_clean_vmid(const Step& s, const Point& p) {
  const auto state = [&p](const impl::Engine<S>& e) { return e.compartments.state.get(p.compartment); };
  const auto freed = (state(*s.before) != CompartmentState::free) & (state(s.after) == CompartmentState::free);
  hw::VmidLife<S> vmid;
  CallingCpu cpu(s);
  for (const Effect& e : s.effects) {
    if (e.kind == Kind::store) { vmid.use(holds_entries(s, e.frame) & valid(e.value)); }
    if (e.kind == Kind::tlbi) { vmid.tlbi(e.tlbi, cpu.invalidates(e.tlbi, p.compartment)); }
    if (e.kind == Kind::dsb) { vmid.dsb(e.barrier); }
    cpu.follow(e);
  }
  return implies(freed, vmid.is_clean());
}

/// Before VTTBR_EL2 is written again, before an invalidation, and when the call returns, its last value counts.
SymBool synchronises(const Step& s, const Point&) {
  CallingCpu cpu(s);
  for (const Effect& e : s.effects) {
    if ((e.kind == Kind::tlbi || is_vttbr(e)) && !cpu.order().stage2_in_force()) { return false; }
    cpu.follow(e);
  }
  return cpu.order().is_synchronised();
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
SymBool switches_between_stages2(const Step& s, const Point&) {
  SymBool all = true;
  CallingCpu cpu(s);
  for (const Effect& e : s.effects) {
    if (is_vttbr(e)) {
      if (cpu.order().has_open_invalidation()) { return false; }
      all = all & names_a_stage2(*s.before, e.value);
    }
    cpu.follow(e);
  }
  return all;
}

/// A refused call only looks.
SymBool only_looks(const Step& s, const Point&) {
  for (const Effect& e : s.effects) {
    const bool looks = e.kind == Kind::load || e.kind == Kind::exception || e.kind == Kind::lock ||
                       e.kind == Kind::unlock || e.kind == Kind::eret;
    if (!looks) { return false; }
  }
  return true;
}

using Judgement = SymBool (*)(const Step&, const Point&);

Judgement judgement_of(hw::Rule rule) {
  switch (rule) {
    case hw::Rule::break_before_make:
      return breaks_before_making;
    case hw::Rule::published:
      return publishes;
    case hw::Rule::filled:
      return fills_before_linking;
    case hw::Rule::cleaned:
      return cleans;
    case hw::Rule::invalidated:
      return invalidates;
    case hw::Rule::out_of_reach:
      return overwrites_out_of_reach;
    case hw::Rule::vmid_clean:
      return frees_clean_vmid;
    case hw::Rule::stage2:
      return switches_between_stages2;
    case hw::Rule::synchronised:
      return synchronises;
  }
  return only_looks;
}

Assumes assumes_of(hw::Rule rule) {
  switch (rule) {
    case hw::Rule::out_of_reach:
      return Assumes::call_walk;
    case hw::Rule::filled:
      return Assumes::run;
    default:
      return Assumes::invariants;
  }
}

}  // namespace

void add_maintenance(const Step& step, std::vector<Statement>& all) {
  if (!step.succeeded()) {
    all.push_back({"maintenance", "only_looks", "a refused call writes nothing and maintains nothing", only_looks});
    return;
  }
  for (const hw::RuleText& rule : hw::maintenance_rules) {
    all.push_back({"maintenance", std::string(rule.name), std::string(rule.text), judgement_of(rule.rule),
                   assumes_of(rule.rule)});
  }
}

}  // namespace bulkhead::refine
