#include "refine/small_state.hpp"

#include <algorithm>

#include "refine/constants.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

constexpr unsigned region_bits = 28;  ///< 2^28 frames hold all the host's tables that no one names
constexpr uint64_t level2_place = uint64_t{1} << 20;
constexpr uint64_t root_place = uint64_t{1} << 19;
constexpr uint64_t level3_place = uint64_t{1} << 27;
constexpr unsigned gib_bits = 18;  ///< of a frame number within its GiB

uint64_t descriptor(uint64_t target, uint64_t bits) { return target << page_shift | bits; }

/// A map's value at a key, if it has one.
template <class K, class V>
std::optional<V> at(const std::map<K, V>& map, const K& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

bool has_frame_in(const FrameRuns& runs, uint64_t first, uint64_t last) {
  return std::any_of(runs.begin(), runs.end(), [first, last](const auto& run) {
    return run.first <= last && run.first + run.second.frames > first;
  });
}

}  // namespace

std::optional<FrameRecord> record_in_run(const FrameRuns& runs, uint64_t frame) {
  const auto after = runs.upper_bound(frame);
  if (after == runs.begin()) { return std::nullopt; }
  const auto& [first, run] = *std::prev(after);
  return frame - first < run.frames ? std::optional(run.at(frame - first)) : std::nullopt;
}

/// The state with everything that is not listed: the host's tables and quiet devices.
class CompleteState {
 public:
  explicit CompleteState(const SmallState& state) : s_(state) {
    while (is_spoken_of(region_)) { ++region_; }
    const auto name = [this](unsigned kind, const std::map<uint64_t, uint64_t>& tables) {
      for (const auto& [key, frame] : tables) { named_.insert({frame, {kind, key}}); }
    };
    if (s_.host.root) { named_.insert({*s_.host.root, {4, 0}}); }
    name(1, s_.host.level1);
    name(2, s_.host.level2);
    name(3, s_.host.level3);
  }

  FrameRecord frame(uint64_t f) const {
    if (const auto record = at(s_.frames, f)) { return *record; }
    if (const auto record = record_in_run(s_.runs, f)) { return *record; }
    FrameRecord quiet;
    if (f >> region_bits == region_ || named_.contains(f)) {
      quiet.state = FrameState::engine;
      quiet.engine_device = true;
    }
    return quiet;
  }

  uint64_t word(uint64_t f, uint64_t index) const {
    if (const auto table = host_table(f)) { return host_word(*table, index); }
    if (const auto listed = at(s_.words, {f, index})) { return *listed; }
    return frame(f).unlisted(index);
  }

  CompartmentRecord compartment(uint64_t id) const { return at(s_.compartments, id).value_or(CompartmentRecord{}); }
  VcpuRecord vcpu(uint64_t id, uint64_t index) const { return at(s_.vcpus, {id, index}).value_or(VcpuRecord{}); }
  uint64_t vttbr(uint64_t cpu) const { return at(s_.vttbr, cpu).value_or(root() << page_shift); }

  uint64_t root() const { return s_.host.root.value_or(region_ << region_bits | root_place); }
  uint64_t level1(uint64_t index) const { return at(s_.host.level1, index).value_or(region_ << region_bits | index); }
  uint64_t level2(uint64_t gib) const {
    return at(s_.host.level2, gib).value_or(region_ << region_bits | level2_place | gib);
  }
  uint64_t level3(uint64_t region) const {
    return at(s_.host.level3, region).value_or(region_ << region_bits | level3_place | region);
  }
  /// A GiB is fine if anything in it is not a device.
  bool fine(uint64_t gib) const {
    if (const auto said = at(s_.host.fine, gib)) { return *said; }
    if (gib >> (region_bits - gib_bits) == region_) { return true; }
    if (is_planned_in([gib](uint64_t f) { return f >> gib_bits == gib; })) { return true; }
    if (has_frame_in(s_.runs, gib << gib_bits, (gib << gib_bits) + low_mask(gib_bits))) { return true; }
    for (auto f = s_.frames.lower_bound(gib << gib_bits); f != s_.frames.end() && f->first >> gib_bits == gib; ++f) {
      if (f->second.state != FrameState::device) { return true; }
    }
    return false;
  }

  uint64_t region() const { return region_; }

  std::optional<uint64_t> first_host_frame_under(uint64_t f, uint64_t index) const {
    const auto table = host_table(f);
    if (!table) { return std::nullopt; }
    const unsigned level = table->kind == 4 ? 0 : table->kind;
    return (table->key << index_bits | index) << span_shift(level);
  }

 private:
  /// A table of the host: 1 to 3 by level, 4 the root; and what it translates.
  struct HostTable {
    unsigned kind;
    uint64_t key;
  };

  /// Whether some frame of the region is listed, or led to.
  bool is_spoken_of(uint64_t region) const {
    const auto is_in = [region](uint64_t f) { return f >> region_bits == region; };
    const auto frame = s_.frames.lower_bound(region << region_bits);
    if (frame != s_.frames.end() && is_in(frame->first)) { return true; }
    if (has_frame_in(s_.runs, region << region_bits, (region << region_bits) + low_mask(region_bits))) { return true; }
    for (const auto& [key, word] : s_.words) {
      if (is_in(key.first) || is_in(raw(hw::output_frame<Concrete>(Word<Concrete>(word))))) { return true; }
    }
    for (const auto& [id, record] : s_.compartments) {
      if (is_in(record.root)) { return true; }
    }
    for (const auto& [vcpu, record] : s_.vcpus) {
      if (is_in(record.frame)) { return true; }
    }
    return is_planned_in(is_in);
  }
  bool is_planned_in(const auto& is_in) const {
    if (s_.host.root && is_in(*s_.host.root)) { return true; }
    for (const auto* tables : {&s_.host.level1, &s_.host.level2, &s_.host.level3}) {
      for (const auto& [key, frame] : *tables) {
        if (is_in(frame)) { return true; }
      }
    }
    return false;
  }

  std::optional<HostTable> host_table(uint64_t f) const {
    if (const auto named = at(named_, f)) { return named; }
    if (f >> region_bits != region_) { return std::nullopt; }
    const uint64_t place = f & low_mask(region_bits);
    if ((place & level3_place) != 0) { return HostTable{3, place & low_mask(27)}; }
    if ((place & level2_place) != 0) { return HostTable{2, place & low_mask(gib_bits)}; }
    if (place == root_place) { return HostTable{4, 0}; }
    return HostTable{1, place & low_mask(9)};
  }

  uint64_t host_word(const HostTable& table, uint64_t index) const {
    const uint64_t below = table.key << index_bits | index;
    switch (table.kind) {
      case 4:
        return descriptor(level1(index), table_bits);
      case 1:
        return fine(below) ? descriptor(level2(below), table_bits) : descriptor(below << gib_bits, device_block_bits);
      case 2:
        return descriptor(level3(below), table_bits);
      default: {
        const FrameState state = frame(below).state;
        if (is_hosts_ram<Concrete>(state)) { return descriptor(below, writable_page_bits); }
        return state == FrameState::device ? descriptor(below, device_page_bits) : 0;
      }
    }
  }

  const SmallState s_;
  uint64_t region_ = 0;
  std::map<uint64_t, HostTable> named_;
};

namespace {

using Complete = std::shared_ptr<const CompleteState>;

/// A field of the records as a map of domain D. `pick` is given the number of the key.
template <ValueDomain D, class V, class K, class Pick>
typename D::template Map<V, K> map_of(const Pick& pick) {
  return typename D::template Map<V, K>([pick](K key) { return V(pick(number(key))); });
}

template <ValueDomain D>
Platform<D> platform_of(const Complete& s) {
  using F = Frame<D>;
  using B = Value<D, Flag>;
  const auto flag = [](bool holds) { return holds ? Flag::yes : Flag::no; };
  return {map_of<D, B, F>([s, flag](uint64_t f) { return flag(s->frame(f).ram); }),
          map_of<D, B, F>([s, flag](uint64_t f) { return flag(s->frame(f).reserved); }),
          map_of<D, B, F>([s, flag](uint64_t f) { return flag(s->frame(f).engine_device); })};
}

template <ValueDomain D>
impl::FrameTable<D> frame_table_of(const Complete& s) {
  using F = Frame<D>;
  return {map_of<D, Value<D, FrameState>, F>([s](uint64_t f) { return s->frame(f).state; }),
          map_of<D, CompartmentId<D>, F>([s](uint64_t f) { return s->frame(f).owner; }),
          map_of<D, F, F>([s](uint64_t f) { return s->frame(f).parent_table; }),
          map_of<D, Index<D>, F>([s](uint64_t f) { return s->frame(f).parent_index; }),
          map_of<D, Level<D>, F>([s](uint64_t f) { return s->frame(f).level; }),
          map_of<D, Page<D>, F>([s](uint64_t f) { return s->frame(f).base; })};
}

template <ValueDomain D>
impl::CompartmentTable<D> compartment_table_of(const Complete& s) {
  using C = CompartmentId<D>;
  return {map_of<D, Value<D, CompartmentState>, C>([s](uint64_t c) { return s->compartment(c).state; }),
          map_of<D, Frame<D>, C>([s](uint64_t c) { return s->compartment(c).root; }),
          map_of<D, VcpuCount<D>, C>([s](uint64_t c) { return s->compartment(c).vcpus; })};
}

template <ValueDomain D>
impl::VcpuTable<D> vcpu_table_of(const Complete& s) {
  using C = CompartmentId<D>;
  using I = VcpuIndex<D>;
  const auto map = [s]<class V>(V /*like*/, const auto& value) {
    return typename D::template Map<V, C, I>(
        [s, value](C id, I index) { return V(value(s->vcpu(number(id), number(index)))); });
  };
  return {map(Value<D, VcpuState>(VcpuState::none), [](const VcpuRecord& r) { return r.state; }),
          map(Frame<D>(0), [](const VcpuRecord& r) { return r.frame; })};
}

template <ValueDomain D>
impl::Engine<D> engine_of(const SmallState& state) {
  const auto s = std::make_shared<const CompleteState>(state);
  typename D::Memory memory(
      [s](Frame<D> frame, Index<D> index) { return Word<D>(s->word(number(frame), number(index))); });
  return {{std::move(memory), map_of<D, Word<D>, Cpu<D>>([s](uint64_t cpu) { return s->vttbr(cpu); })},
          platform_of<D>(s),
          frame_table_of<D>(s),
          compartment_table_of<D>(s),
          vcpu_table_of<D>(s),
          Frame<D>(s->root())};
}

template <ValueDomain D>
HostTables<D> host_of(const SmallState& state) {
  const auto s = std::make_shared<const CompleteState>(state);
  return {[s](Index<D> index) { return Frame<D>(s->level1(number(index))); },
          [s](Gib<D> gib) { return Frame<D>(s->level2(number(gib))); },
          [s](Region<D> region) { return Frame<D>(s->level3(number(region))); },
          [s](Gib<D> gib) { return typename D::Bool(s->fine(number(gib))); }};
}

/// Checks invariants at places of a state.
class Inspector {
 public:
  explicit Inspector(const SmallState& state) : engine_(state.concrete()), host_(state.concrete_host()) {}

  void check(About about, const Place<Concrete>& place) {
    const View<Concrete> view{engine_, host_};
    const auto& all = invariants<Concrete>();
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].about == about && !all[i].holds(view, place)) { found.push_back({i, place}); }
    }
  }
  /// An entry, at the first of its pages and where the frames are that it may map otherwise than the rest.
  void check_entry(const SmallState& state, uint64_t table, uint64_t index, const std::set<uint64_t>& frames) {
    const Place<Concrete> place{.frame = Frame<Concrete>(table), .index = Index<Concrete>(index)};
    check(About::entry, place);
    const FrameRecord record = state.frame(table);
    const uint64_t word = state.word(table, index);
    if (!record.is_table() || record.level == leaf_level || (word & 1) == 0 || found.size() > most_found) { return; }
    const uint64_t first = raw(hw::output_frame<Concrete>(Word<Concrete>(word)));
    const uint64_t last = first | span_mask(static_cast<unsigned>(record.level));
    for (auto f = frames.lower_bound(first + 1); f != frames.end() && *f <= last; ++f) {
      check(About::entry, {.frame = place.frame, .index = place.index, .page = Page<Concrete>(*f - first)});
    }
  }
  std::vector<SmallState::Violation> found;

 private:
  static constexpr size_t most_found = 64;

  impl::Engine<Concrete> engine_;
  HostTables<Concrete> host_;
};

}  // namespace

impl::Engine<Concrete> SmallState::concrete() const { return engine_of<Concrete>(*this); }
HostTables<Concrete> SmallState::concrete_host() const { return host_of<Concrete>(*this); }
impl::Engine<Symbolic> SmallState::constants() const { return engine_of<Symbolic>(*this); }
HostTables<Symbolic> SmallState::constant_host() const { return host_of<Symbolic>(*this); }

const FrameRecord* SmallState::listed_table(uint64_t frame) const {
  const auto listed = frames.find(frame);
  return listed != frames.end() && listed->second.is_table() ? &listed->second : nullptr;
}
FrameRecord SmallState::frame(uint64_t number) const {
  const auto listed = frames.find(number);
  return listed != frames.end() ? listed->second : CompleteState(*this).frame(number);
}
uint64_t SmallState::word(uint64_t frame, uint64_t index) const {
  const auto listed = frames.find(frame);
  if (listed == frames.end() || !(host == HostTablePlan{})) { return CompleteState(*this).word(frame, index); }
  return at(words, {frame, index}).value_or(listed->second.unlisted(index));
}
CompartmentRecord SmallState::compartment(uint64_t id) const { return CompleteState(*this).compartment(id); }
VcpuRecord SmallState::vcpu(uint64_t id, uint64_t index) const { return CompleteState(*this).vcpu(id, index); }
uint64_t SmallState::vttbr_of(uint64_t cpu) const { return CompleteState(*this).vttbr(cpu); }
uint64_t SmallState::host_root() const { return CompleteState(*this).root(); }
std::optional<uint64_t> SmallState::first_host_frame_under(uint64_t frame, uint64_t index) const {
  return CompleteState(*this).first_host_frame_under(frame, index);
}

std::shared_ptr<const std::vector<uint64_t>> SmallState::sample_pages() const {
  auto pages = std::make_shared<std::vector<uint64_t>>();
  for (const auto& [number, record] : frames) {
    if (!record.is_table()) { continue; }
    const auto shift = span_shift(static_cast<unsigned>(record.level));
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      pages->push_back((record.base + (index << shift)) & low_mask(36));
    }
  }
  return pages;
}

std::vector<SmallState::Violation> SmallState::violations() const {
  using C = Concrete;
  Inspector inspector(*this);
  const uint64_t region = CompleteState(*this).region();
  std::set<uint64_t> places = {
      region << region_bits | 5,                     // a table of the host that no one names
      ((region + 1) & 0xFF) << region_bits | 0x123,  // a frame that no one names
  };
  std::set<Key> entries;
  for (const auto& [number, record] : frames) {
    places.insert(number);
    if (record.is_table()) { entries.insert({record.parent_table, record.parent_index}); }
    for (const uint64_t index : {0, 1, 255, 256, 510, 511}) { entries.insert({number, index}); }
    for (uint64_t index = 0; record.step != 0 && index < entries_per_table; ++index) {
      entries.insert({number, index});
    }
  }
  for (const auto& [first, run] : runs) { places.insert({first, first + 1, first + run.frames - 1}); }
  for (const auto& [key, word] : words) { entries.insert(key); }
  for (const uint64_t frame : places) { inspector.check(About::frame, {.frame = Frame<C>(frame)}); }
  for (const auto& [frame, index] : entries) { inspector.check_entry(*this, frame, index, places); }
  std::set<uint64_t> ids = {0, 1};
  for (const auto& [id, record] : compartments) { ids.insert(id); }
  for (const uint64_t id : ids) { inspector.check(About::compartment, {.compartment = CompartmentId<C>(id)}); }
  for (const auto& [vcpu, record] : vcpus) {
    inspector.check(About::vcpu, {.compartment = CompartmentId<C>(vcpu.first), .vcpu = VcpuIndex<C>(vcpu.second)});
  }
  for (const auto& [cpu, value] : vttbr) { inspector.check(About::cpu, {.cpu = Cpu<C>(cpu)}); }
  return std::move(inspector.found);
}

}  // namespace bulkhead::refine
