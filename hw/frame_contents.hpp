#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "hw/content_life.hpp"
#include "hw/recorded.hpp"

namespace bulkhead::hw {

/// Which frames hold what was written and has not got to memory yet. A frame is in the hands of the CPU that wrote it
/// last: barriers and cleaning of others do nothing for it.
class FrameContents {
 public:
  void write(uint64_t cpu, uint64_t frame) { write_lines(cpu, frame, ~uint64_t{0}); }
  void write(uint64_t cpu, uint64_t frame, uint64_t index) { write_lines(cpu, frame, line_of(index)); }
  void clean(uint64_t cpu, uint64_t frame) { clean_lines(cpu, frame, ~uint64_t{0}); }
  /// Of the line of one word. A frame is cleaned when all its lines that were written are.
  void clean(uint64_t cpu, uint64_t frame, uint64_t index) { clean_lines(cpu, frame, line_of(index)); }
  void dsb(uint64_t cpu, Barrier barrier);
  /// Whoever has the VMID reaches the frame no more, and what was written under it may be in caches: it is for the CPU
  /// to clean, as if it had written it now.
  void leave(uint64_t cpu, uint64_t vmid, uint64_t frame);
  /// It is reached under that VMID again: what was written there is its own, as it was.
  void return_to(uint64_t vmid, uint64_t first, unsigned level);

  /// Whether table walks find what was written.
  bool is_seen(uint64_t frame) const;
  /// Whether everyone finds it, with caches off too.
  bool is_settled(uint64_t frame) const { return frames_.find(frame) == frames_.end(); }
  /// A frame that is not settled among those that an entry of the level spans.
  std::optional<uint64_t> unsettled_within(uint64_t first, unsigned level) const;
  /// What the CPU wrote since it was asked last and is not settled.
  std::vector<uint64_t> take_written(uint64_t cpu);

 private:
  struct Written {
    ContentLife<Concrete> life;
    uint64_t cpu = 0;
    uint64_t lines = 0;                           ///< that were written and not cleaned since, a bit each
    std::optional<uint64_t> vmid = std::nullopt;  ///< under which it was written, if by nobody else
  };
  /// What a CPU has to do with frames.
  struct OfCpu {
    std::vector<uint64_t> waiting;  ///< for a barrier
    std::vector<uint64_t> written;
    size_t tidy_at = 1024;  ///< so many in `written`, in case it is never asked for
  };

  static constexpr uint64_t line_of(uint64_t index) { return uint64_t{1} << (index >> (line_shift - 3)); }
  void tidy(OfCpu& of_cpu) const;
  void write_lines(uint64_t cpu, uint64_t frame, uint64_t lines);
  void clean_lines(uint64_t cpu, uint64_t frame, uint64_t lines);
  bool still_waits(uint64_t cpu, uint64_t frame, Barrier barrier);

  std::unordered_map<uint64_t, Written> frames_;
  std::unordered_map<uint64_t, OfCpu> cpus_;
};

}  // namespace bulkhead::hw
