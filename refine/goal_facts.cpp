#include "refine/goal_facts.hpp"

#include <algorithm>

#include "refine/records.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

void note_point(Session& session, const Point& p) {
  session.note({Site::frame, p.frame.bits(), {}});
  session.note({Site::entry, p.frame.bits(), p.index.bits()});
  session.note({Site::compartment, p.compartment.bits(), {}});
  session.note({Site::vcpu, p.compartment.bits(), p.vcpu.bits()});
  session.note({Site::cpu, p.cpu.bits(), {}});
}

/// What theorem `walk` says of the walks that matter: for the page in question, for the page of the call, and for the
/// pages that the spec reads.
void assume_walks(Session& session, const Path& path, unsigned level) {
  const impl::Engine<S>& before = path.pre.engine();
  const Point& p = path.point;
  const auto compartment = path.step->inputs.compartment();
  const auto page = path.step->inputs.page();
  const Descent walk = named_descent(before, session, p.compartment, p.page);
  const Descent of_call = named_descent(before, session, compartment, page);
  session.quietly([&] {
    session.assume(walk_is_complete(before, walk, p.frame, level, p.compartment, p.page));
    session.assume(implies(p.compartment == compartment, same_tables(walk, of_call, p.page, page)));
    for (const SymBits& bits : std::vector<SymBits>(session.pages())) {
      const auto other = Page<S>::from_bits(bits);
      session.assume(same_tables(descend(before, compartment, other), of_call, other, page));
    }
  });
}

}  // namespace

void assume_walk_to_stores(Session& session, const impl::Engine<S>& before, const Descent& walk, const Step& step,
                           CompartmentId<S> compartment, Page<S> page) {
  const unsigned first = takes_level(step.call) ? 0 : leaf_level;
  for (const hw::Effect<S>& effect : step.effects) {
    if (effect.kind != hw::EffectKind::store) { continue; }
    for (unsigned level = first; level <= leaf_level; ++level) {
      session.assume(walk_is_complete(before, walk, effect.frame, level, compartment, page), from_walk_complete);
    }
  }
}

namespace {

/// The same for the page of the point, and that it is served by the tables stored to that can serve it.
void assume_walks_to_stores(Session& session, const Path& path) {
  const impl::Engine<S>& before = path.pre.engine();
  const Point& p = path.point;
  path.pre.assume_host_tables(widen<Frame<S>>(p.page));
  if (!is_about_compartment(path.call)) { return; }
  assume_walks(session, path, leaf_level);
  session.quietly([&] {
    const Descent walk = descend(before, p.compartment, p.page);
    assume_walk_to_stores(session, before, walk, *path.step, p.compartment, p.page);
  });
}

/// What a table that is searched maps, if it is one run, at pages of which the low bits count.
void assume_run(Session& session, const Path& path, Frame<S> searched, const std::vector<Page<S>>& pages) {
  for (const Page<S>& page : pages) {
    for (unsigned level = 2; level <= leaf_level; ++level) {
      const auto index = hw::index_at<S>(page, static_cast<int>(level));
      session.note_index(index.bits());
      path.pre.assume_mapping(searched, index, page, level);
    }
  }
}
void assume_runs_at(Session& session, const Path& path, const std::vector<Page<S>>& pages) {
  for (const EntryWitness& witness : std::vector<EntryWitness>(session.entry_witnesses())) {
    assume_run(session, path, Frame<S>::from_bits(witness.frame), pages);
  }
}

/// What a block that a call reads maps at the page that the entry of the point would have in a table in its place.
void assume_block(const Path& path, const hw::Effect<S>& load) {
  for (unsigned level = 2; level <= leaf_level; ++level) {
    const Page<S> within = path.point.page & Page<S>(span_mask(level));
    const Page<S> page = entry_offset<S>(Level<S>(level), path.point.index) | within;
    path.pre.assume_mapping(load.frame, load.index, page, level - 1);
  }
}

/// Where a call puts a block for a table, or a table for a block: at the page of the point and at the frames that the
/// call overwrites.
void assume_runs(Session& session, const Path& path) {
  const auto& effects = path.step->effects;
  std::vector<Page<S>> pages = {path.point.page};
  for (const hw::Effect<S>& effect : effects) {
    if (effect.kind == hw::EffectKind::fill) { pages.push_back(widen<Page<S>>(effect.frame)); }
  }
  assume_runs_at(session, path, pages);
  const auto makes_run = [](const hw::Effect<S>& effect) { return effect.step != 0; };
  if (std::none_of(effects.begin(), effects.end(), makes_run)) { return; }
  for (const hw::Effect<S>& effect : effects) {
    if (effect.kind == hw::EffectKind::load) { assume_block(path, effect); }
  }
}

/// What the entry of the point maps at the page of the point, and that it maps no frame that the call overwrites unless
/// that is recorded.
void assume_mappings(Session& session, const Path& path) {
  const Point& p = path.point;
  for (unsigned level = 1; level <= leaf_level; ++level) { path.pre.assume_mapping(p.frame, p.index, p.page, level); }
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind != hw::EffectKind::fill && effect.kind != hw::EffectKind::copy) { continue; }
    session.quietly([&] { session.assume(in_block_is_recorded(path.pre.engine(), p.frame, p.index, effect.frame)); });
  }
}

/// That the table of the point, if it translates the page of the call, is the one that the call finds; and, where the
/// call may put a block for a table or a table for a block, what both map at the page of the point.
void assume_walk_of_call(Session& session, const Path& path) {
  const auto& inputs = row_of(path.call).inputs;
  const auto is_address = [](const Parameter& input) { return input.kind == Kind::ipa; };
  if (std::none_of(inputs.begin(), inputs.end(), is_address)) { return; }
  const auto compartment = path.step->inputs.compartment();
  const auto page = path.step->inputs.page();
  const impl::Engine<S>& before = path.pre.engine();
  session.quietly([&] {
    const Descent walk = descend(before, compartment, page);
    for (unsigned level = 1; level <= leaf_level; ++level) {
      session.assume(walk_is_complete(before, walk, path.point.frame, level, compartment, page));
    }
  });
  if (takes_level(path.call)) { assume_runs(session, path); }
}

/// Reads in the spec the page that an entry translates.
void read_in_spec(Session& session, const Path& path, Frame<S> table, Index<S> index) {
  const auto& frames = path.pre.engine().frames;
  const auto page =
      session.quietly([&] { return frames.base.get(table) | entry_offset<S>(frames.level.get(table), index); });
  session.note_page(page.bits());
  static_cast<void>(path.step->spec_before.translations.access.get(path.step->inputs.compartment(), page));
}

/// Reads in the spec where a run that begins with the first entry of a table that is searched, but is not aligned, has
/// its first frame again: at the page that differs in the bits by which it is not.
void read_alignment(Session& session, const Path& path) {
  for (const EntryWitness& witness : std::vector<EntryWitness>(session.entry_witnesses())) {
    for (const hw::Effect<S>& effect : path.step->effects) {
      if (effect.kind != hw::EffectKind::load || !same(effect.frame.bits(), witness.frame)) { continue; }
      const auto level = session.quietly([&] { return path.pre.engine().frames.level.get(effect.frame); });
      read_in_spec(session, path, effect.frame,
                   entry_index<S>(level, widen<Page<S>>(hw::output_frame<S>(effect.value))));
    }
  }
}

}  // namespace

void relate_witnesses(Session& session, const Path& path) {
  const impl::Engine<S>& before = path.pre.engine();
  const CompartmentId<S> compartment = path.step->inputs.compartment();
  session.on_page([&session, &before, compartment](const SymBits& page) {
    if (session.entry_witnesses().empty()) { return; }
    const auto p = Page<S>::from_bits(page);
    const Descent walk = session.quietly([&] { return descend(before, compartment, p); });
    std::vector<SymBits> tables;
    for (const EntryWitness& witness : session.entry_witnesses()) {
      const auto is_known = [&witness](const SymBits& table) { return same(table, witness.frame); };
      if (std::any_of(tables.begin(), tables.end(), is_known)) { continue; }
      tables.push_back(witness.frame);
      for (unsigned level = 0; level < 4; ++level) {
        const auto table = Frame<S>::from_bits(witness.frame);
        session.assume(session.quietly([&] { return walk_is_complete(before, walk, table, level, compartment, p); }),
                       from_walk_complete);
      }
    }
  });
  for (const EntryWitness& witness : std::vector<EntryWitness>(session.entry_witnesses())) {
    read_in_spec(session, path, Frame<S>::from_bits(witness.frame), Index<S>::from_bits(witness.index));
    for (const hw::Effect<S>& effect : path.step->effects) {
      if (effect.kind == hw::EffectKind::load && same(effect.frame.bits(), witness.frame)) {
        read_in_spec(session, path, effect.frame, effect.index);
      }
    }
  }
}

std::vector<SymBool> cases_of(Session& session, const Path& path, const Statement& statement) {
  std::vector<SymBool> cases;
  if (statement.assumes != Assumes::call_walk) { return cases; }
  for (const hw::Effect<S>& effect : path.step->effects) {
    if (effect.kind != hw::EffectKind::store) { continue; }
    const auto here = (path.point.frame == effect.frame) & (path.point.index == effect.index);
    const auto is_same = [&](const SymBool& other) { return z3::eq(session.expr(other), session.expr(here)); };
    if (std::none_of(cases.begin(), cases.end(), is_same)) { cases.push_back(here); }
  }
  return cases;
}

void assume_for(Session& session, const Path& path, const Statement& statement) {
  const Point& p = path.point;
  switch (statement.assumes) {
    case Assumes::nothing:
      break;
    case Assumes::host_map:
      path.pre.assume_host_map(p.frame);
      session.quietly([&] { note_point(session, p); });
      break;
    case Assumes::invariants:
      note_point(session, p);
      break;
    case Assumes::context:
      note_point(session, p);
      session.quietly([&] { path.pre.assume_named({"context_of_vcpu"}, {.frame = p.frame}); });
      break;
    case Assumes::call_walk:
      note_point(session, p);
      assume_mappings(session, path);
      assume_walk_of_call(session, path);
      break;
    case Assumes::run:
      note_point(session, p);
      assume_runs_at(session, path, {widen<Page<S>>(p.frame)});
      break;
    case Assumes::alignment:
      read_alignment(session, path);
      break;
    case Assumes::recorded:
      session.quietly([&] {
        const auto& inputs = path.step->inputs;
        session.assume(recorded_is_found(path.pre.engine(), p.frame, inputs.compartment(), inputs.page()));
      });
      break;
    case Assumes::found:
      note_point(session, p);
      session.quietly([&] { session.assume(found_is_recorded(path.pre.engine(), p.compartment, p.page)); });
      if (takes_level(path.call)) { assume_runs(session, path); }
      break;
    case Assumes::stores:
      assume_walks_to_stores(session, path);
      break;
    case Assumes::walk:
      assume_walks(session, path, statement.level);
      break;
  }
}

}  // namespace bulkhead::refine
