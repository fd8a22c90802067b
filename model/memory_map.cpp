#include "model/memory_map.hpp"

#include <algorithm>

namespace bulkhead {
namespace {

constexpr unsigned gib_shift = page_shift + span_shift(1);

/// Whether one of the ranges, sorted and disjoint, contains the frame.
bool contains(const std::vector<AddressRange>& ranges, Frame<Concrete> frame) {
  const uint64_t address = raw(address_of(frame));
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), address,
                                      [](uint64_t a, const AddressRange& range) { return a < range.first; });
  return after != ranges.begin() && address < std::prev(after)->end;
}

Platform<Concrete>::FrameFlag flag_of(std::vector<AddressRange> ranges) {
  return Platform<Concrete>::FrameFlag([ranges = std::move(ranges)](Frame<Concrete> frame) {
    return Value<Concrete, Flag>(contains(ranges, frame) ? Flag::yes : Flag::no);
  });
}

/// The GiBs that a range reaches into.
GibRange gibs_of(const AddressRange& range) { return {range.first >> gib_shift, ((range.end - 1) >> gib_shift) + 1}; }

}  // namespace

std::vector<GibRange> fine_gibs(const MachineDescription& machine) {
  std::vector<GibRange> all;
  for (const AddressRange& range : machine.ram) { all.push_back(gibs_of(range)); }
  for (const AddressRange& range : machine.engine_devices) { all.push_back(gibs_of(range)); }
  std::sort(all.begin(), all.end(), [](const GibRange& a, const GibRange& b) { return a.first < b.first; });
  std::vector<GibRange> merged;
  for (const GibRange& gibs : all) {
    if (merged.empty() || gibs.first > merged.back().end) {
      merged.push_back(gibs);
    } else {
      merged.back().end = std::max(merged.back().end, gibs.end);
    }
  }
  return merged;
}

uint64_t reserved_count(const MachineDescription& machine) {
  uint64_t gibs = 0;
  for (const GibRange& range : fine_gibs(machine)) { gibs += range.end - range.first; }
  return 1 + entries_per_table + gibs * (1 + entries_per_table);
}

ReservedFrames reserved_frames(const MachineDescription& machine) {
  const uint64_t count = reserved_count(machine);
  return {(machine.ram.back().end >> page_shift) - count, count};
}

Platform<Concrete> platform_of(const MachineDescription& machine) {
  const ReservedFrames kept = reserved_frames(machine);
  return {
      .ram = flag_of(machine.ram),
      .reserved = flag_of({{kept.first << page_shift, machine.ram.back().end}}),
      .engine_device = flag_of(machine.engine_devices),
  };
}

}  // namespace bulkhead
