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

/// One translation: which invalidations are about it, which stores decide about it, and how.
struct Watched {
  const Translator& by;
  unsigned level;  ///< of the entry that gives it
  bool is_table;   ///< what the entry gives
  SymBool before;  ///< whether it is held before the call
  std::function<SymBool(const Effect& store, const KeptRecords& kept)> decides;
  std::function<SymBool(Word<S> entry)> gives;
};

SymBool is_about(const Effect& tlbi, const Watched& watched, const Stage2InForce& stage2, Cpu<S> cpu) {
  const hw::Reach reach = hw::reach_of(tlbi.tlbi);
  if (watched.is_table && !reach.pointers && !reach.combined) { return false; }
  SymBool about = true;
  if (reach.local) { about = about & (watched.by.cpu == cpu); }
  if (!reach.every_vmid) { about = about & stage2.names(watched.by.vmid); }
  if (reach.one_ipa) { about = about & hw::names_entry<S>(tlbi.value, watched.by.page, watched.level); }
  // A promised level is that of the leaf, and says nothing of pointers on the way to it.
  if (reach.one_ipa && watched.is_table) { about = about & hw::ipas2::Granule::is(tlbi.value, 0); }
  return about;
}

Held held(const Step& step, const Watched& watched) {
  hw::Cached<S> cached(watched.before);
  Stage2InForce stage2(step);
  Held all = {cached.held()};
  for (size_t i = 0; i < step.effects.size(); ++i) {
    const Effect& effect = step.effects[i];
    if (effect.kind == Kind::store) {
      cached.store(watched.decides(effect, step.moments[i]), watched.gives(effect.value));
    }
    if (effect.kind == Kind::tlbi) { cached.tlbi(effect.tlbi, is_about(effect, watched, stage2, step.cpu)); }
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
      all.push_back({i, is_above_pages(step.moments[i], e.frame) & hw::is_table<S>(entry, 0) & (before != e.value),
                     hw::output_frame<S>(entry), memory});
      memory.store(e.frame, e.index, e.value);
    }
    if (e.kind == Kind::fill) { memory.fill(e.frame, e.value); }
    if (e.kind == Kind::copy) { memory.copy(e.frame, e.source); }
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

Held page_held(const Step& step, const Translator& by, Frame<S> frame, Right right) {
  return held(step, {by, leaf_level, false, is_allowed(step.spec_before, by, frame, right),
                     [&](const Effect& store, const KeptRecords& kept) {
                       const auto hosts = (by.vmid == CompartmentId<S>(0)) & is_hosts_entry(step, store, by.page);
                       return hosts | is_entry_for(store, kept, by, leaf_level);
                     },
                     [&](Word<S> entry) {
                       const Meaning meaning = meaning_of(entry, leaf_level, by.page);
                       return grants(meaning.access, right) & (meaning.frame == frame);
                     }});
}

Held table_held(const Step& step, const Translator& by, unsigned level, Frame<S> table) {
  return held(
      step, {by, level - 1, true, translates(*step.before, table, level, by.vmid, by.page),
             [&](const Effect& store, const KeptRecords& kept) { return is_entry_for(store, kept, by, level - 1); },
             [&](Word<S> entry) { return hw::is_table<S>(entry, level - 1) & (hw::output_frame<S>(entry) == table); }});
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
