#include "refine/exposure.hpp"

#include "hw/descriptor.hpp"
#include "refine/constants.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;
using Effect = hw::Effect<S>;

/// VTTBR_EL2 of the CPU that makes the call, effect by effect.
class Stage2InForce {
 public:
  explicit Stage2InForce(const Step& step) : vttbr_(step.before->hardware.vttbr(step.cpu)) {}
  void follow(const Effect& effect) {
    if (effect.kind == Kind::msr && effect.reg == hw::Register::vttbr_el2) {
      vttbr_ = effect.value;
      synchronised_ = false;
    }
    if (effect.kind == Kind::isb) { synchronised_ = true; }
  }
  /// Whether an invalidation acts on the VMID for certain.
  SymBool names(CompartmentId<S> vmid) const {
    return SymBool(synchronised_) & (extract<CompartmentId<S>, 63, 48>(vttbr_) == vmid);
  }

 private:
  Word<S> vttbr_;
  bool synchronised_ = true;
};

/// What a store does to a translation.
struct Outcome {
  SymBool decides;  ///< whether it is to an entry on the way
  SymBool found;    ///< whether a walk finds the translation from then on
};

/// One translation: which invalidations are about it, and what stores do to it.
struct Watched {
  const Translator& by;
  unsigned level;  ///< of the entry that gives it; of a page, where it is no block
  bool is_table;   ///< what the entry gives
  SymBool before;  ///< whether it is held before the call
  std::function<Outcome(const Effect& store, const KeptRecords& kept, const SymMemory& before)> decide;
};

/// Whether an invalidation promises of which level the leaf is.
SymBool promises_level(const Effect& tlbi) { return !hw::ipas2::Granule::is(tlbi.value, 0); }

/// Whether the page is served by a table of level 3, so that no block translates it.
SymBool is_served_by_pages(const Step& step, const Translator& by) {
  return (by.vmid == CompartmentId<S>(0)) |
         (step.spec_before.tables.present.get(Level<S>(leaf_level), by.vmid, by.page) == Flag::yes);
}

SymBool is_about(const Effect& tlbi, const Watched& watched, const Stage2InForce& stage2, const Step& step) {
  const hw::Reach reach = hw::reach_of(tlbi.tlbi);
  if (watched.is_table && !reach.pointers && !reach.combined) { return false; }
  SymBool about = true;
  if (reach.local) { about = about & (watched.by.cpu == step.cpu); }
  if (!reach.every_vmid) { about = about & stage2.names(watched.by.vmid); }
  if (reach.one_ipa) { about = about & hw::names_entry<S>(tlbi.value, watched.by.page, watched.level); }
  if (!reach.one_ipa) { return about; }
  // A promised level is that of the leaf, and says nothing of pointers on the way to it, or of a block.
  const auto promises = promises_level(tlbi);
  if (watched.is_table) { return about & !promises; }
  return promises.is_false() ? about : about & ((!promises) | is_served_by_pages(step, watched.by));
}

void write(SymMemory& memory, const Effect& e) {
  if (e.kind == Kind::store) { memory.store(e.frame, e.index, e.value); }
  if (e.kind == Kind::fill) { memory.fill(e.frame, e.value, e.step); }
  if (e.kind == Kind::copy) { memory.copy(e.frame, e.source); }
}

Held held(const Step& step, const Watched& watched) {
  hw::Cached<S> cached(watched.before);
  Stage2InForce stage2(step);
  SymMemory memory = step.before->hardware.memory();
  Held all = {cached.held()};
  for (size_t i = 0; i < step.effects.size(); ++i) {
    const Effect& effect = step.effects[i];
    if (effect.kind == Kind::store) {
      const Outcome decision = watched.decide(effect, step.moments[i], memory);
      cached.store(decision.decides, decision.found);
    }
    write(memory, effect);
    if (effect.kind == Kind::tlbi) { cached.tlbi(effect.tlbi, is_about(effect, watched, stage2, step)); }
    if (effect.kind == Kind::dsb) { cached.dsb(effect.barrier); }
    stage2.follow(effect);
    all.push_back(cached.held());
  }
  return all;
}

/// Whether a store is to the level-3 entry that translates a page of the host.
SymBool is_hosts_entry(const Step& step, const Effect& store, Page<S> page) {
  const auto frame = widen<Frame<S>>(page);
  const auto fine = step.host->fine(extract<Gib<S>, 35, 18>(frame));
  return fine & (store.frame == step.host->level3(extract<Region<S>, 35, 9>(frame))) &
         (store.index == hw::index_at<S>(page, leaf_level));
}

/// Whether a store is to the entry of the level that serves a page of a compartment.
SymBool is_entry_for(const Effect& store, const KeptRecords& kept, const Translator& by, unsigned level) {
  return translates(kept.frames, store.frame, level, by.vmid, by.page) &
         (store.index == hw::index_at<S>(by.page, level));
}

SymBool grants(Value<S, Access> access, Right right) {
  return right == Right::read ? access != Access::none : access == Access::read_write;
}

bool overwrites(const Effect& effect) { return effect.kind == Kind::fill || effect.kind == Kind::copy; }

/// Whether an entry above level 3, of a compartment's table, is stored to.
SymBool is_above_pages(const KeptRecords& kept, Frame<S> table) {
  return (kept.frames.state.get(table) != FrameState::engine) & (kept.frames.level.get(table) != Level<S>(leaf_level));
}

/// The stores for which `leads(before, after)`, the words of the entry, gives the table in question.
template <class Leads>
std::vector<TableStore> table_stores(const Step& step, const Leads& leads) {
  std::vector<TableStore> all;
  SymMemory memory = step.before->hardware.memory();
  for (size_t i = 0; i < step.effects.size(); ++i) {
    const Effect& e = step.effects[i];
    if (e.kind == Kind::store) {
      const Word<S> before = memory.load(e.frame, e.index);
      const Word<S> entry = leads(before, e.value);
      // Above level 3 what is valid is a table or a block, and of both the type bit tells.
      const auto is_way = holds_entries(step, e.frame) & is_above_pages(step.moments[i], e.frame);
      all.push_back({i, is_way & hw::is_table<S>(entry, 0) & (before != e.value), hw::output_frame<S>(entry),
                     step.moments[i].frames.level.get(e.frame) == Level<S>(leaf_level - 1), memory});
    }
    write(memory, e);
  }
  return all;
}

}  // namespace

SymBool is_allowed(const spec::State<S>& spec, const Translator& by, Frame<S> frame, Right right) {
  const auto host = (frame == widen<Frame<S>>(by.page)) & spec.host_can_access(frame);
  const auto compartment = grants(spec.translations.access.get(by.vmid, by.page), right) &
                           (spec.translations.frame.get(by.vmid, by.page) == frame);
  const auto is_host = by.vmid == CompartmentId<S>(0);
  return (is_host & host) | ((!is_host) & compartment);
}

SymBool is_committed(const Step& step, size_t moment, Frame<S> frame) {
  if (moment == 0) { return false; }
  const auto& before = step.before->frames;
  const auto& now = step.moments[moment - 1].frames;
  return (now.state.get(frame) != before.state.get(frame)) | (now.owner.get(frame) != before.owner.get(frame));
}

namespace {

/// A page that a translator may reach with a right.
struct PageWanted {
  const Translator& by;
  Frame<S> frame;
  Right right;

  SymBool is_given_by(Word<S> entry, unsigned level) const {
    const Meaning meaning = meaning_of(entry, level, by.page);
    return grants(meaning.access, right) & (meaning.frame == frame);
  }
  /// Whether a store to an entry of the level lets the page be found: as its mapping, or in the table that it links, of
  /// which goal `linked` says that it leads to no other.
  SymBool is_found_from(const Effect& store, unsigned level, const SymMemory& memory) const {
    const auto given = is_given_by(store.value, level);
    const auto links = hw::is_table<S>(store.value, static_cast<int>(level));
    if (links.is_false()) { return given; }
    const Word<S> below =
        memory.load(hw::output_frame<S>(store.value), hw::index_at<S>(by.page, static_cast<int>(level) + 1));
    return given | (links & is_given_by(below, level + 1));
  }
};

}  // namespace

Held page_held(const Step& step, const Translator& by, Frame<S> frame, Right right) {
  const PageWanted page{by, frame, right};
  return held(step, {by, leaf_level, false, is_allowed(step.spec_before, by, frame, right),
                     [&](const Effect& store, const KeptRecords& kept, const SymMemory& memory) -> Outcome {
                       const auto hosts = (by.vmid == CompartmentId<S>(0)) & is_hosts_entry(step, store, by.page);
                       Outcome decision{hosts, hosts & page.is_given_by(store.value, leaf_level)};
                       for (unsigned level = 0; level <= leaf_level; ++level) {
                         const auto here = is_entry_for(store, kept, by, level);
                         decision.decides = decision.decides | here;
                         decision.found = decision.found | (here & page.is_found_from(store, level, memory));
                       }
                       return decision;
                     }});
}

Held table_held(const Step& step, const Translator& by, unsigned level, Frame<S> table) {
  return held(step, {by, level - 1, true, translates(*step.before, table, level, by.vmid, by.page),
                     [&](const Effect& store, const KeptRecords& kept, const SymMemory&) -> Outcome {
                       return {is_entry_for(store, kept, by, level - 1),
                               hw::is_table<S>(store.value, static_cast<int>(level) - 1) &
                                   (hw::output_frame<S>(store.value) == table)};
                     }});
}

namespace {

/// The moments from the first to the last at which something is held that is not to be.
std::optional<Window> window_in(const Step& step, const Held& held, Frame<S> frame, const SymBool& before,
                                const SymBool& after) {
  const auto is_wrong = [&](size_t moment) {
    const bool returned = moment + 1 == held.size();
    const auto right = returned ? after : after | (before & !is_committed(step, moment, frame));
    const bool overwritten = moment < step.effects.size() && overwrites(step.effects[moment]) &&
                             (step.effects[moment].frame == frame).is_true();
    return held[moment].is_true() && (overwritten || right.is_false());
  };
  std::optional<Window> window;
  for (size_t moment = 0; moment < held.size(); ++moment) {
    if (!is_wrong(moment)) { continue; }
    if (!window) { window = Window{.first = moment, .was_allowed = before.is_true()}; }
    window->last = moment;
  }
  return window;
}

}  // namespace

SymBool is_translated_elsewhere(const Step& step, CompartmentId<S> vmid, Page<S> page, Frame<S> frame) {
  SymBool any = false;
  for (const SymBool& held : page_held(step, {step.cpu + Cpu<S>(1), vmid, page}, frame, Right::read)) {
    any = any | held;
  }
  return any;
}

std::optional<Window> window_of(const Step& step, const Translator& by, Frame<S> frame) {
  std::optional<Window> window;
  const auto look = [&](Window::As as, const Held& held, const SymBool& before, const SymBool& after) {
    if (window) { return; }
    window = window_in(step, held, frame, before, after);
    if (window) { window->as = as; }
  };
  for (const Right right : {Right::write, Right::read}) {
    look(right == Right::write ? Window::As::write : Window::As::read, page_held(step, by, frame, right),
         is_allowed(step.spec_before, by, frame, right), is_allowed(step.spec_after, by, frame, right));
  }
  for (unsigned level = 1; level <= leaf_level; ++level) {
    look(Window::As::table, table_held(step, by, level, frame),
         translates(*step.before, frame, level, by.vmid, by.page),
         translates(step.after, frame, level, by.vmid, by.page));
  }
  if (!window) { return std::nullopt; }
  window->cpu = number(by.cpu);
  window->vmid = number(by.vmid);
  window->page = number(by.page);
  window->frame = number(frame);
  return window;
}

std::vector<TableStore> links(const Step& step) {
  return table_stores(step, [](Word<S>, Word<S> after) { return after; });
}

std::vector<TableStore> unlinks(const Step& step) {
  return table_stores(step, [](Word<S> before, Word<S>) { return before; });
}

}  // namespace bulkhead::refine
