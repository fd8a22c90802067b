#include "refine/exposure.hpp"

#include <fmt/format.h>

#include "hw/descriptor.hpp"

/// `exposure`: at every moment of a call, what any CPU may translate, by a walk or from its TLB, is what the spec
/// allows before the call or after it; once the record of a frame has changed, and when the call returns, what it
/// allows after. Stated of one arbitrary TLB entry, of pages and of tables. That this covers whole walks is said in
/// docs/trust.md.
namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;

Translator translator_at(const Point& p) { return {p.cpu, p.compartment, p.page}; }

/// What is held at each moment is right before or after; from the commit on, after.
SymBool is_right(const Step& s, const Held& held, Frame<S> frame, const SymBool& before, const SymBool& after) {
  SymBool all = true;
  for (size_t i = 0; i < held.size(); ++i) {
    all = all & implies(held[i], after | (before & !is_committed(s, i, frame)));
  }
  return all;
}

SymBool pages_are_right(const Step& s, const Point& p) {
  SymBool all = true;
  for (const Right right : {Right::read, Right::write}) {
    const Translator by = translator_at(p);
    all = all & is_right(s, page_held(s, by, p.frame, right), p.frame, is_allowed(s.spec_before, by, p.frame, right),
                         is_allowed(s.spec_after, by, p.frame, right));
  }
  return all;
}

SymBool pages_are_right_at_return(const Step& s, const Point& p) {
  SymBool all = true;
  for (const Right right : {Right::read, Right::write}) {
    const Translator by = translator_at(p);
    all = all & implies(page_held(s, by, p.frame, right).back(), is_allowed(s.spec_after, by, p.frame, right));
  }
  return all;
}

SymBool tables_are_right(const Step& s, const Point& p, unsigned level) {
  const Translator by = translator_at(p);
  return is_right(s, table_held(s, by, level, p.frame), p.frame,
                  translates(*s.before, p.frame, level, p.compartment, p.page),
                  translates(s.after, p.frame, level, p.compartment, p.page));
}

SymBool tables_are_right_at_return(const Step& s, const Point& p, unsigned level) {
  return implies(table_held(s, translator_at(p), level, p.frame).back(),
                 translates(s.after, p.frame, level, p.compartment, p.page));
}

/// Whether a CPU may reach a frame at a moment, as a page or as a table.
SymBool is_within_reach(const Step& s, const Translator& by, Frame<S> frame, size_t moment) {
  SymBool any = page_held(s, by, frame, Right::read)[moment];
  for (unsigned level = 1; level <= leaf_level; ++level) { any = any | table_held(s, by, level, frame)[moment]; }
  return any;
}

/// Whether a frame is the root of a compartment whose vCPUs may run, or that VTTBR_EL2 of this CPU names.
SymBool is_root_in_force(const Step& s, Frame<S> frame, size_t moment) {
  const auto& frames = s.before->frames;
  const auto life = s.before->compartments.state.get(frames.owner.get(frame));
  const auto may_run = (frames.state.get(frame) == FrameState::root) & (life != CompartmentState::stopping);
  Word<S> vttbr = s.before->hardware.vttbr(s.cpu);
  for (size_t i = 0; i < moment; ++i) {
    if (s.effects[i].kind == Kind::msr) { vttbr = s.effects[i].value; }
  }
  return may_run | (hw::output_frame<S>(vttbr) == frame);
}

SymBool overwrites_out_of_reach(const Step& s, const Point& p) {
  SymBool all = true;
  for (size_t i = 0; i < s.effects.size(); ++i) {
    const hw::Effect<S>& e = s.effects[i];
    if (e.kind != Kind::fill && e.kind != Kind::copy) { continue; }
    all = all & !is_within_reach(s, translator_at(p), e.frame, i) & !is_root_in_force(s, e.frame, i) &
          (s.before->frames.state.get(e.frame) != FrameState::engine);
  }
  return all;
}

/// Whether the entry at the point's index of a table that is linked or unlinked leads to a further table.
SymBool leads_on(const TableStore& store, const Point& p) {
  return (!store.is_last) & hw::is_table<S>(store.memory.load(store.table, p.index), 0);
}

SymBool links_last_tables(const Step& s, const Point& p) {
  SymBool all = true;
  for (const TableStore& link : links(s)) {
    const auto known = is_within_reach(s, translator_at(p), link.table, link.position);
    all = all & implies(link.counts, (!leads_on(link, p)) & (!known));
  }
  return all;
}

SymBool unlinks_last_tables(const Step& s, const Point& p) {
  SymBool all = true;
  for (const TableStore& unlink : unlinks(s)) { all = all & implies(unlink.counts, !leads_on(unlink, p)); }
  return all;
}

void add_tables(std::vector<Statement>& all, unsigned level) {
  all.push_back({"exposure", fmt::format("tables.level{}", level),
                 "at every moment a CPU knows only tables that are tables before or after the call",
                 [level](const Step& s, const Point& p) { return tables_are_right(s, p, level); },
                 Assumes::invariants});
  all.push_back({"exposure", fmt::format("tables.return.level{}", level),
                 "when the call returns, a CPU knows only tables that are tables then",
                 [level](const Step& s, const Point& p) { return tables_are_right_at_return(s, p, level); },
                 Assumes::invariants});
}

}  // namespace

void add_exposure(const Step& /*step*/, std::vector<Statement>& all) {
  all.push_back({"exposure", "pages",
                 "at every moment a CPU translates only as the spec allows before or after the call", pages_are_right,
                 Assumes::stores});
  all.push_back({"exposure", "pages.return", "when the call returns, a CPU translates only as the spec allows then",
                 pages_are_right_at_return, Assumes::stores});
  for (unsigned level = 1; level <= leaf_level; ++level) { add_tables(all, level); }
  all.push_back({"exposure", "overwritten",
                 "a frame is overwritten only while no CPU can reach it, as page or as table", overwrites_out_of_reach,
                 Assumes::found});
  all.push_back({"exposure", "linked", "a table that is linked is known to no CPU yet, and leads to no further table",
                 links_last_tables, Assumes::found});
  all.push_back({"exposure", "unlinked", "a table that is unlinked leads to no further table", unlinks_last_tables,
                 Assumes::invariants});
}

}  // namespace bulkhead::refine
