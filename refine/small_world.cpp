#include "refine/small_world.hpp"

#include "hw/descriptor.hpp"
#include "refine/places.hpp"
#include "refine/records.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

constexpr size_t tables_of_level = 2;
// The first frame and the first compartment have bits set in both halves, so that a number that loses one is seen.
constexpr uint64_t first_frame = 0x8'4000'2000;
constexpr unsigned row_bits = 4;           ///< of a frame's number: its place in the row
constexpr uint64_t table_places = 0b0111;  ///< the places at which tables may be
constexpr uint64_t first_compartment = 0x104;

unsigned level_of(size_t table) { return static_cast<unsigned>(table / tables_of_level); }

SymBool is_table(Value<S, FrameState> state) { return (state == FrameState::root) | (state == FrameState::table); }

/// Whether all but those bits of a number are those of the first one.
template <class V>
SymBool is_from(V first, uint64_t bits, V number) {
  return (number & ~V(bits)) == first;
}

}  // namespace

SmallWorld::SmallWorld(Session& session, const PreState& pre) : session_(session), pre_(pre), vcpus_(session, pre) {
  for (uint64_t place = 0; place <= table_places; ++place) { tables_.emplace_back(first_frame + place); }
  for (uint64_t i = 0; i < tables_of_level; ++i) { compartments_.emplace_back(first_compartment + i); }
}

void SmallWorld::close() {
  session_.quietly([this] {
    if (!is_begun_) {
      assume_tables();
      assume_compartments();
      is_begun_ = true;
    }
    close_places();
  });
}

void SmallWorld::assume_tables() {
  const auto& frames = pre_.engine().frames;
  for (size_t i = 0; i < tables_.size(); ++i) {
    const Frame<S> table = tables_[i];
    pre_.assume_at(About::frame, {.frame = table});
    const auto is_owned = is_from(compartments_[0], 1, frames.owner.get(table));
    session_.assume(
        implies(is_table(frames.state.get(table)), (frames.level.get(table) == Level<S>(level_of(i))) & is_owned));
    if (level_of(i) != 0) {
      close_entry({Site::entry, frames.parent_table.get(table).bits(), frames.parent_index.get(table).bits()});
    }
    close_entry({Site::entry, table.bits(), Index<S>(0).bits()});
  }
}

void SmallWorld::assume_compartments() {
  const auto& compartments = pre_.engine().compartments;
  for (size_t i = 0; i < compartments_.size(); ++i) {
    const CompartmentId<S> id = compartments_[i];
    pre_.assume_at(About::compartment, {.compartment = id});
    const auto is_free = compartments.state.get(id) == CompartmentState::free;
    session_.assume(is_free | (compartments.root.get(id) == tables_[i]));
  }
}

/// What is there when this begins is closed as it may be; what that leads to, as simply as can be.
void SmallWorld::close_places() {
  for_each_new(Site::entry, entries_, [this](const Read& read) { close_entry(read); });
  primary_ = entries_.size();
  vcpus_.close();
  const auto places = [this] {
    return frames_.size() + entries_.size() + ids_.size() + vcpus_.places() + cpus_.size();
  };
  for (size_t before = 0; before != places();) {
    before = places();
    for_each_new(Site::frame, frames_, [this](const Read& read) { close_frame(read.first); });
    for_each_new(Site::entry, entries_, [this](const Read& read) { silence(read); });
    for_each_new(Site::compartment, ids_, [this](const Read& read) { close_compartment(read.first); });
    vcpus_.close();
    for_each_new(Site::cpu, cpus_,
                 [this](const Read& read) { pre_.assume_at(About::cpu, {.cpu = Cpu<S>::from_bits(read.first)}); });
  }
}

template <class Close>
void SmallWorld::for_each_new(Site site, std::vector<Read>& known, const Close& close) {
  for (const Read& read : places_at(site, session_)) {
    if (contains(known, read)) { continue; }
    if (site == Site::entry && contains(homes_, read)) { continue; }
    known.push_back(read);
    close(read);
  }
}

void SmallWorld::close_frame(const SymBits& bits) {
  const auto frame = Frame<S>::from_bits(bits);
  pre_.assume_named({"fixed_frames", "movable_frames", "owned_by_a_compartment", "unowned"}, {.frame = frame});
  const auto state = pre_.engine().frames.state.get(frame);
  session_.assume((state == FrameState::device) | (state == FrameState::engine) |
                  is_from(tables_[0], low_mask(row_bits), frame));
  session_.assume(implies(is_table(state), is_from(tables_[0], table_places, frame)));
  session_.assume(implies(is_recorded(pre_.engine(), frame), is_mapped(frame)));
}

void SmallWorld::close_entry(const Read& read) {
  const Place<S> place{.frame = Frame<S>::from_bits(read.first), .index = Index<S>::from_bits(read.second)};
  pre_.assume_named({"spare_is_zero", "entry_links_table", "entry_maps_page", "entry_without_mapping"}, place);
  session_.assume(!is_block(read));
}

SymBool SmallWorld::is_block(const Read& read) const {
  const auto table = Frame<S>::from_bits(read.first);
  const Word<S> entry = pre_.engine().hardware.memory().load(table, Index<S>::from_bits(read.second));
  return (pre_.engine().frames.state.get(table) == FrameState::table) & hw::is_valid<S>(entry) &
         !hw::is_table<S>(entry, 0) & (pre_.engine().frames.level.get(table) != Level<S>(leaf_level));
}

/// An entry to which no other place led is closed no further: it is one that is, or it says nothing.
void SmallWorld::silence(const Read& read) {
  const auto frame = Frame<S>::from_bits(read.first);
  const auto index = Index<S>::from_bits(read.second);
  const auto state = pre_.engine().frames.state.get(frame);
  SymBool is_known = (!is_table(state)) & (state != FrameState::spare);
  for (size_t i = 0; i < primary_; ++i) {
    is_known = is_known |
               ((frame == Frame<S>::from_bits(entries_[i].first)) & (index == Index<S>::from_bits(entries_[i].second)));
  }
  session_.assume(is_known | (pre_.engine().hardware.memory().load(frame, index) == Word<S>(0)));
}

void SmallWorld::close_compartment(const SymBits& bits) {
  const auto id = CompartmentId<S>::from_bits(bits);
  session_.assume(is_from(compartments_[0], 1, id) |
                  (pre_.engine().compartments.state.get(id) == CompartmentState::free));
}

/// Whether some table maps a frame where its record says. Of a table that is not chosen the first entry is looked at,
/// so that no entry is at hand that nothing is known of.
SymBool SmallWorld::is_mapped(Frame<S> frame) {
  const auto& e = pre_.engine();
  const SymBits chosen = session_.apply("home", {frame.bits()}, 1);
  const Page<S> page = e.frames.base.get(frame);
  SymBool found = false;
  for (size_t i = 0; i < tables_of_level; ++i) {
    const Frame<S> table = tables_[leaf_level * tables_of_level + i];
    const SymBool here = is_recorded(e, frame) & S::equal(chosen, S::constant(i, 1), {});
    const Index<S> index = select(here, hw::index_at<S>(page, leaf_level), Index<S>(0));
    homes_.push_back({Site::entry, table.bits(), index.bits()});
    const Word<S> entry = e.hardware.memory().load(table, index);
    const auto shared = in_shared_half<S>(page);
    const auto maps = (entry == descriptor_to<S>(frame, writable_page_bits)) |
                      (shared & (entry == descriptor_to<S>(frame, normal_page_bits)));
    found = found | (here & translates(e, table, leaf_level, e.frames.owner.get(frame), page) & maps &
                     ((e.frames.state.get(frame) == FrameState::host) == shared));
  }
  return found;
}

}  // namespace bulkhead::refine
