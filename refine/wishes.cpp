#include "refine/wishes.hpp"

#include "hw/descriptor.hpp"
#include "refine/places.hpp"
#include "refine/records.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// Keys at a site, each once.
std::vector<SymBits> keys_at(Site site, const std::vector<Read>& reads) {
  std::vector<SymBits> keys;
  for (const Read& read : reads) {
    if (read.site == site && !contains(keys, read.first)) { keys.push_back(read.first); }
  }
  return keys;
}

/// The vCPUs, each once.
std::vector<Read> vcpus_in(const std::vector<Read>& reads) {
  std::vector<Read> vcpus;
  for (const Read& read : reads) {
    if (read.site == Site::vcpu && !contains(vcpus, read)) { vcpus.push_back(read); }
  }
  return vcpus;
}

SymBool is_one_of(const SymBits& key, const std::vector<SymBits>& keys) {
  SymBool found = false;
  for (const SymBits& other : keys) { found = found | S::equal(key, other, {}); }
  return found;
}

/// What is mapped is wished into the third quarter of memory and all else out of it, so that a block, of which the
/// model knows a few frames, maps nothing else. The ends of memory, at which sums wrap, are left to all else.
SymBool is_high(Frame<S> frame) {
  constexpr uint64_t quarter = uint64_t{1} << (Frame<S>::width - 2);
  return (frame & Frame<S>(3 * quarter)) == Frame<S>(2 * quarter);
}

}  // namespace

void Wishes::make() {
  wishes_.clear();
  session_.quietly([this] {
    assume_at_frames();
    assume_at_entries();
    wish_for_places();
    wish_for_nothing_mapped();
  });
  wish_for_nothing_found();
}

void Wishes::give_up(const std::vector<size_t>& core) {
  for (const size_t i : core) {
    if (i < wished_.size()) {
      session_.note_shallow(wished_[i]);
    } else if (i < wished_.size() + not_mapped_.size()) {
      assume_mapped(not_mapped_[i - wished_.size()]);
    } else {
      must_be_found_.insert(not_found_[i - wished_.size() - not_mapped_.size()]);
    }
  }
}

void Wishes::assume_in_block(const ModelState& state, const Place<Concrete>& entry) const {
  for (const Read& read : std::vector<Read>(session_.reads())) {
    const bool is_it = read.site == Site::entry && state.evaluate(read.first) == raw(entry.frame) &&
                       state.evaluate(read.second) == raw(entry.index);
    if (!is_it) { continue; }
    const auto table = Frame<S>::from_bits(read.first);
    const auto index = Index<S>::from_bits(read.second);
    session_.quietly([&] {
      for (const SymBits& frame : closed_frames_) {
        session_.assume(in_block_is_recorded(pre_.engine(), table, index, Frame<S>::from_bits(frame)));
      }
    });
  }
}

void Wishes::assume_at_frames() {
  for (const SymBits& bits : keys_at(Site::frame, session_.reads())) {
    if (contains(closed_frames_, bits)) { continue; }
    closed_frames_.push_back(bits);
    const auto frame = Frame<S>::from_bits(bits);
    pre_.assume_at(About::frame, {.frame = frame});
    if (sharing_ == Sharing::excluded) {
      session_.assume(pre_.engine().frames.state.get(frame) != FrameState::shared_data);
    }
  }
}

void Wishes::assume_at_entries() {
  const std::vector<Read> unfollowed = session_.unfollowed();
  for (; seen_ < unfollowed.size(); ++seen_) {
    const Read& read = unfollowed[seen_];
    if (read.site != Site::entry || contains(closed_entries_, read)) { continue; }
    closed_entries_.push_back(read);
    pre_.assume_at(About::entry, {.frame = Frame<S>::from_bits(read.first), .index = Index<S>::from_bits(read.second)});
  }
}

void Wishes::wish_for_places() {
  wished_.clear();
  const auto wish = [this](const Read& place, const SymBool& small) {
    wished_.push_back(place);
    wishes_.push_back(small);
  };
  const auto ids = keys_at(Site::compartment, session_.reads());
  for (const SymBits& id : keys_at(Site::compartment, session_.unfollowed())) {
    if (contains(ids, id)) { continue; }
    const auto free = pre_.engine().compartments.state.get(CompartmentId<S>::from_bits(id)) == CompartmentState::free;
    wish({Site::compartment, id, {}}, is_one_of(id, ids) | free);
  }
  const auto vcpus = vcpus_in(session_.reads());
  for (const Read& vcpu : vcpus_in(session_.unfollowed())) {
    if (contains(vcpus, vcpu)) { continue; }
    const auto id = CompartmentId<S>::from_bits(vcpu.first);
    wish(vcpu, pre_.engine().vcpus.state.get(id, VcpuIndex<S>::from_bits(vcpu.second)) == VcpuState::none);
  }
  const auto frames = keys_at(Site::frame, session_.reads());
  for (const SymBits& frame : keys_at(Site::frame, session_.unfollowed())) {
    if (!contains(frames, frame)) { wish({Site::frame, frame, {}}, is_one_of(frame, frames) | is_quiet(frame)); }
  }
}

/// A frame that nothing maps needs no tables, and one that holds no context no vCPU.
void Wishes::wish_for_nothing_mapped() {
  not_mapped_.clear();
  for (const SymBits& bits : closed_frames_) {
    if (contains(anywhere_, bits)) { continue; }
    not_mapped_.push_back(bits);
    const auto frame = Frame<S>::from_bits(bits);
    const auto maybe = contains(mapped_, bits);
    const auto recorded = is_recorded(pre_.engine(), frame);
    const auto is_context = pre_.engine().frames.state.get(frame) == FrameState::vcpu;
    wishes_.push_back(maybe ? recorded == is_high(frame) : (!recorded) & (!is_context) & !is_high(frame));
  }
}

/// A table in which nothing that was looked for is found is the simplest.
void Wishes::wish_for_nothing_found() {
  not_found_.clear();
  const auto& witnesses = session_.entry_witnesses();
  for (size_t i = 0; i < witnesses.size(); ++i) {
    if (must_be_found_.count(i) != 0) { continue; }
    not_found_.push_back(i);
    wishes_.push_back(!witnesses[i].found);
  }
}

SymBool Wishes::is_quiet(const SymBits& frame) const {
  const auto f = Frame<S>::from_bits(frame);
  const auto state = pre_.engine().frames.state.get(f);
  return ((state == FrameState::device) | (state == FrameState::engine)) &
         (pre_.engine().frames.owner.get(f) == CompartmentId<S>(0)) &
         (pre_.engine().platform.state_at_boot(f) == state) & !is_high(f);
}

void Wishes::assume_mapped(const SymBits& frame) {
  if (contains(mapped_, frame)) {
    anywhere_.push_back(frame);
    return;
  }
  mapped_.push_back(frame);
  session_.quietly([&] {
    assume_home(Frame<S>::from_bits(frame));
    pre_.assume_named({"context_of_vcpu"}, {.frame = Frame<S>::from_bits(frame)});
  });
}

/// Assumes that a frame which is recorded as mapped has an entry that maps it where the record says, its home: what
/// invariant `recorded_is_mapped` says, without the walk there. The tables from the entry up to the root follow from
/// invariants about each.
void Wishes::assume_home(Frame<S> frame) {
  const auto& e = pre_.engine();
  const auto table = Frame<S>::from_bits(session_.apply("home.table", {frame.bits()}, Frame<S>::width));
  const auto index = Index<S>::from_bits(session_.apply("home.index", {frame.bits()}, Index<S>::width));
  const Word<S> entry = e.hardware.memory().load(table, index);
  const Page<S> page = e.frames.base.get(frame);
  SymBool maps = false;
  for (unsigned level = 1; level <= leaf_level; ++level) {
    maps =
        maps | (translates(e, table, level, e.frames.owner.get(frame), page) & (hw::index_at<S>(page, level) == index) &
                hw::is_leaf<S>(entry, static_cast<int>(level)) & (meaning_of(entry, level, page).frame == frame));
  }
  session_.assume(implies(is_recorded(e, frame), maps));
  session_.assume(is_recorded(e, frame) | (table == frame));  // the entry of another frame would only be in the way
}

}  // namespace bulkhead::refine
