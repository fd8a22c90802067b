#include "refine/reach.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hw/descriptor.hpp"
#include "model/guest_registers.hpp"
#include "model/memory_map.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;

constexpr uint64_t gib_frames = uint64_t{1} << span_shift(1);
constexpr size_t most_deeds = 2000;
constexpr uint64_t most_frames = uint64_t{1} << (address_bits - page_shift);

/// Thrown where no call makes what the state has.
struct NoWay {
  std::string why;
};

/// RAM where the state has any, and behind it some more, of which the engine keeps the end.
MachineDescription machine_for(const SmallState& state) {
  MachineDescription machine;
  const auto is_usable = [&machine](uint64_t frame) {
    const AddressRange& ram = machine.ram.front();
    return frame >= ram.first >> page_shift && frame < reserved_frames(machine).first;
  };
  std::set<uint64_t> gibs;
  bool is_usual = true;
  const auto note = [&](uint64_t frame) {
    gibs.insert(frame / gib_frames);
    is_usual = is_usual && is_usable(frame);
  };
  for (const auto& [frame, record] : state.frames) {
    if (record.ram && record.state != FrameState::engine) { note(frame); }
  }
  for (const auto& [first, run] : state.runs) {
    note(first);
    note(first + run.frames - 1);
  }
  if (is_usual) { return machine; }
  gibs.insert(*gibs.rbegin() + 1);
  if ((*gibs.rbegin() + 1) * gib_frames > most_frames) { throw NoWay{"RAM ends where the engine would keep its own"}; }
  machine.ram.clear();
  for (const uint64_t gib : gibs) {
    const AddressRange range{gib * gib_frames << page_shift, (gib + 1) * gib_frames << page_shift};
    if (!machine.ram.empty() && machine.ram.back().end == range.first) {
      machine.ram.back().end = range.end;
    } else {
      machine.ram.push_back(range);
    }
  }
  std::erase_if(machine.engine_devices,
                [&gibs](const AddressRange& r) { return gibs.contains(r.first >> (page_shift + span_shift(1))); });
  return machine;
}

class Builder {
 public:
  Builder(const SmallState& state, const MachineDescription& machine)
      : s_(state), next_(machine.ram.front().first >> page_shift) {}

  std::vector<trace::Deed> build() {
    for (const auto& [frame, record] : s_.frames) {
      if (record.state == FrameState::spare || record.state == FrameState::host) { live_before(frame, record); }
    }
    for (const auto& [id, record] : s_.compartments) {
      if (record.state != CompartmentState::free) { build_compartment(id, record); }
    }
    give_scratch_back();
    for (const auto& [frame, record] : s_.frames) {
      if (record.state == FrameState::host) { write_host(frame); }
    }
    for (const auto& [frame, record] : s_.frames) {
      if (record.state == FrameState::spare) { donate(frame); }
      if (record.state == FrameState::vcpu && !is_context(frame)) { throw NoWay{"a vCPU frame without its vCPU"}; }
    }
    for (const auto& [id, record] : s_.compartments) { settle(id, record.state); }
    return std::move(deeds_);
  }

 private:
  // --- deeds
  void call(Call call, std::initializer_list<uint64_t> words, uint64_t caller = 0) {
    trace::CallEvent event;
    event.call = call;
    event.arguments.caller = CompartmentId<C>(caller);
    size_t i = 0;
    for (const uint64_t word : words) { event.arguments.words.at(i++) = Word<C>(word); }
    if (deeds_.size() == most_deeds) { throw NoWay{fmt::format("it takes more than {} calls", most_deeds)}; }
    deeds_.emplace_back(event);
  }
  void store(uint64_t id, uint64_t address, uint64_t value) {
    trace::AccessEvent event;
    event.caller = CompartmentId<C>(id);
    event.kind = trace::AccessKind::store;
    event.ipa = Ipa<C>(address);
    event.value = Word<C>(value);
    deeds_.emplace_back(event);
  }
  static uint64_t address(uint64_t number) { return number << page_shift; }
  void donate(uint64_t frame) { call(Call::frame_donate, {address(frame)}); }

  // --- frames that are needed for a while
  uint64_t borrow() {
    if (!free_.empty()) {
      const uint64_t frame = free_.back();
      free_.pop_back();
      return frame;
    }
    while (s_.frames.contains(next_) || record_in_run(s_.runs, next_)) { ++next_; }
    scratch_.push_back(next_);
    donate(next_);
    return next_++;
  }
  void give_back(uint64_t frame) { free_.push_back(frame); }
  void give_scratch_back() {
    for (const uint64_t frame : scratch_) { call(Call::frame_reclaim, {address(frame)}); }
  }

  // --- what is left over in records from before
  /// A frame that is no table any more may still have the level of one in its record, or where it was mapped.
  void live_before(uint64_t frame, const FrameRecord& record) {
    const bool was_a_table = record.level >= 1 && record.level <= leaf_level;
    const uint64_t base_of_table = was_a_table ? base_of(record.base, static_cast<unsigned>(record.level)) : 0;
    const bool was_mapped = !record.is_mapped() && record.base != base_of_table;
    if (!was_a_table && !was_mapped) { return; }
    const uint64_t root = borrow();
    call(Call::compartment_create, {former_id(), address(root), 1});
    if (was_a_table) { was_table(frame, record); }
    if (was_mapped) {
      in_shared_half(Page<C>(record.base)) ? was_shared(frame, record.base) : was_data(frame, record.base);
    }
    call(Call::compartment_stop, {former_id()});
    call(Call::compartment_destroy, {former_id()});
    give_back(root);
  }
  uint64_t former_id() const {
    uint64_t id = 1;
    while (s_.compartments.contains(id)) { ++id; }
    return id;
  }
  void was_table(uint64_t frame, const FrameRecord& record) {
    const auto level = static_cast<unsigned>(record.level);
    const uint64_t base = base_of(record.base, level);
    donate(frame);
    with_tables(former_id(), base, 0, level - 1, [&] {
      call(Call::table_create, {former_id(), address(base), level, address(frame)});
      call(Call::table_destroy, {former_id(), address(base), level});
    });
    call(Call::frame_reclaim, {address(frame)});
  }
  void was_data(uint64_t frame, uint64_t page) {
    donate(frame);
    with_tables(former_id(), page, 0, leaf_level, [&] {
      call(Call::ipa_prepare, {former_id(), address(page)});
      call(Call::page_map, {former_id(), address(page), address(frame)});
      call(Call::page_unmap, {former_id(), address(page)});
    });
    call(Call::frame_reclaim, {address(frame)});
  }
  void was_shared(uint64_t frame, uint64_t page) {
    with_tables(former_id(), page, 0, leaf_level, [&] {
      call(Call::shared_map, {former_id(), address(page), address(frame), 1});
      call(Call::shared_unmap, {former_id(), address(page)});
    });
  }

  // --- compartments
  void build_compartment(uint64_t id, const CompartmentRecord& record) {
    donate(record.root);
    call(Call::compartment_create, {id, address(record.root), record.vcpus});
    build_table(id, record.root);
    for (const auto& [vcpu, its] : s_.vcpus) {
      if (vcpu.first == id && its.state != VcpuState::none) { build_vcpu(id, vcpu.second, its); }
    }
  }
  /// Registers of which the state says nothing are as they are made.
  void build_vcpu(uint64_t id, uint64_t index, const VcpuRecord& record) {
    if (record.state != (index == 0 ? VcpuState::on : VcpuState::off)) {
      throw NoWay{"a vCPU that PSCI turned on or off"};
    }
    constexpr unsigned pc = context_place("PC");
    constexpr unsigned x0 = context_place("X<n>");
    std::map<uint64_t, uint64_t> context;
    for (const ContextWord& word : reset_context) { context[word.place] = word.value; }
    context[pc] = s_.word(record.frame, pc);
    context[x0] = s_.word(record.frame, x0);
    for (auto word = s_.words.lower_bound({record.frame, 0}); word != s_.words.end(); ++word) {
      if (word->first.first != record.frame) { break; }
      if (word->second != context[word->first.second]) { throw NoWay{"a vCPU with a context that is not new"}; }
    }
    donate(record.frame);
    call(Call::vcpu_create, {id, index, address(record.frame), context[pc], context[x0]});
  }
  bool is_context(uint64_t frame) const {
    return std::any_of(s_.vcpus.begin(), s_.vcpus.end(), [frame](const auto& vcpu) {
      return vcpu.second.state != VcpuState::none && vcpu.second.frame == frame;
    });
  }
  void settle(uint64_t id, CompartmentState state) {
    const std::vector<uint64_t> shares = shares_of(id);
    if (!shares.empty() && state == CompartmentState::created) {
      throw NoWay{"a page that its compartment shares before it runs"};
    }
    if (!shares.empty() || state == CompartmentState::active) { call(Call::compartment_activate, {id}); }
    for (const uint64_t page : shares) { call(Call::page_share, {address(page)}, id); }
    if (state == CompartmentState::stopping) { call(Call::compartment_stop, {id}); }
  }
  /// The pages that a compartment shares with the host.
  std::vector<uint64_t> shares_of(uint64_t id) const {
    std::vector<uint64_t> pages;
    for (const auto& [frame, record] : s_.frames) {
      if (record.state != FrameState::shared_data || record.owner != id) { continue; }
      if (record_in_run(s_.runs, frame)) { throw NoWay{"a page of a block that is shared"}; }
      pages.push_back(record.base);
    }
    return pages;
  }

  /// Everything below a table that is there with all its entries in `inherited`.
  void build_table(uint64_t id, uint64_t table, IpaState inherited = IpaState::empty) {
    const FrameRecord record = s_.frame(table);
    const auto level = static_cast<unsigned>(record.level);
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      const uint64_t word = s_.word(table, index);
      const uint64_t page = record.base | index << span_shift(level);
      if ((word & 1) == 0) {
        make_state(id, page, level, inherited, ipa_state(word));
      } else if (level != leaf_level && (word & 2) != 0) {
        link(id, page, level, frame_in(word), inherited);
      } else if (level != leaf_level) {
        map_block(id, page, level, word, inherited);
      }
    }
    if (level == leaf_level) { map_pages(id, table, record.base, inherited); }
  }
  /// Page by page in a table that is folded then.
  void map_block(uint64_t id, uint64_t page, unsigned level, uint64_t block, IpaState inherited) {
    if (level + 1 < leaf_level) { throw NoWay{"a block of more than 2 MiB, which takes too many calls"}; }
    const uint64_t table = borrow();
    call(Call::table_create, {id, address(page), leaf_level, address(table)});
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      map_page(id, page + index, block + (index << page_shift), inherited);
    }
    call(Call::block_fold, {id, address(page), leaf_level});
    give_back(table);
  }
  static uint64_t frame_in(uint64_t word) { return raw(hw::output_frame<C>(Word<C>(word))); }
  static IpaState ipa_state(uint64_t word) { return enumerator(ipa_state_of<C>(Word<C>(word))); }

  void link(uint64_t id, uint64_t page, unsigned level, uint64_t table, IpaState inherited) {
    if (inherited == IpaState::empty && is_destroyed_throughout(table)) {
      make_state(id, page, level, inherited, IpaState::destroyed);
      inherited = IpaState::destroyed;
    }
    donate(table);
    call(Call::table_create, {id, address(page), level + 1, address(table)});
    build_table(id, table, inherited);
  }

  /// Then the entry above can be destroyed first, which takes fewer calls.
  bool is_destroyed_throughout(uint64_t table) const {
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      const uint64_t word = s_.word(table, index);
      if ((word & 1) != 0 || ipa_state(word) != IpaState::destroyed) { return false; }
    }
    return true;
  }

  void map_pages(uint64_t id, uint64_t table, uint64_t base, IpaState inherited) {
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      const uint64_t word = s_.word(table, index);
      if ((word & 1) != 0) { map_page(id, base | index, word, inherited); }
    }
  }
  void map_page(uint64_t id, uint64_t page, uint64_t word, IpaState inherited) {
    const uint64_t frame = frame_in(word);
    if (is_data(s_.frame(frame).state)) {
      if (inherited == IpaState::empty) { call(Call::ipa_prepare, {id, address(page)}); }
      map_private(id, address(page), frame);
    } else {
      const bool writable = (word & encode<hw::s2::S2AP>(0b10)) != 0;
      call(Call::shared_map, {id, address(page), address(frame), writable ? uint64_t{1} : 0});
    }
  }

  /// A page is mapped empty and then written, unless there is much in it: then it is loaded.
  void map_private(uint64_t id, uint64_t ipa, uint64_t frame) {
    donate(frame);
    call(Call::page_map, {id, ipa, address(frame)});
    write(frame, [&](uint64_t index, uint64_t value) { store(id, ipa + index * sizeof(uint64_t), value); });
  }
  void write_host(uint64_t frame) {
    write(frame, [&](uint64_t index, uint64_t value) { store(0, address(frame) + index * sizeof(uint64_t), value); });
  }
  template <class Store>
  void write(uint64_t frame, const Store& store) {
    for (uint64_t index = 0; index < entries_per_table; ++index) {
      if (const uint64_t value = s_.word(frame, index); value != 0) { store(index, value); }
    }
  }

  // --- IPA states
  /// Turns what an entry without a mapping says from one state into another.
  void make_state(uint64_t id, uint64_t page, unsigned level, IpaState from, IpaState to) {
    if (from == to) { return; }
    if (to == IpaState::empty || from == IpaState::destroyed) {
      throw NoWay{"a page of another IPA state than its neighbours had before"};
    }
    if (to == IpaState::ram) { return make_ram(id, page, level); }
    with_tables_below(id, page, level, [&] {
      if (from == IpaState::empty) { call(Call::ipa_prepare, {id, address(page)}); }
      const uint64_t frame = borrow();
      call(Call::page_map, {id, address(page), address(frame)});
      call(Call::page_unmap, {id, address(page)});
      give_back(frame);
    });
  }
  void make_ram(uint64_t id, uint64_t page, unsigned level) {
    if (level + 1 < leaf_level) { throw NoWay{"a range of more than 2 MiB that is prepared page by page"}; }
    with_tables_below(id, page, level, [&] {
      const uint64_t pages = level == leaf_level ? 1 : entries_per_table;
      for (uint64_t i = 0; i < pages; ++i) { call(Call::ipa_prepare, {id, address(page + i)}); }
    });
  }
  /// Does something at the first page of an entry for which it needs the tables below, which go again.
  template <class Action>
  void with_tables_below(uint64_t id, uint64_t page, unsigned level, const Action& action) {
    with_tables(id, page, level, leaf_level, action);
  }
  /// The first page of the table of a level that serves a page.
  static uint64_t base_of(uint64_t page, unsigned level) { return page & ~low_mask(span_shift(level) + index_bits); }
  /// The same with the tables below a level down to another one.
  template <class Action>
  void with_tables(uint64_t id, uint64_t page, unsigned level, unsigned last, const Action& action) {
    std::vector<uint64_t> frames;
    for (unsigned below = level + 1; below <= last; ++below) {
      frames.push_back(borrow());
      call(Call::table_create, {id, address(base_of(page, below)), below, address(frames.back())});
    }
    action();
    for (unsigned below = last; below > level; --below) {
      call(Call::table_destroy, {id, address(base_of(page, below)), below});
      give_back(frames.at(below - level - 1));
    }
  }

  const SmallState& s_;
  std::vector<trace::Deed> deeds_;
  std::vector<uint64_t> scratch_;
  std::vector<uint64_t> free_;
  uint64_t next_;  ///< a frame of RAM that may be borrowed
};

}  // namespace

Way way_to(const SmallState& state) {
  try {
    Way way{machine_for(state), {}, ""};
    way.deeds = Builder(state, way.machine).build();
    return way;
  } catch (const NoWay& problem) { return {{}, {}, problem.why}; }
}

}  // namespace bulkhead::refine
