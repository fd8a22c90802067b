#include "hw/frame_contents.hpp"

#include <algorithm>
#include <utility>

namespace bulkhead::hw {

void FrameContents::write_lines(uint64_t cpu, uint64_t frame, uint64_t lines) {
  const auto [place, is_new] = frames_.try_emplace(frame);
  Written& written = place->second;
  const bool is_written = !is_new && written.cpu == cpu && written.lines != 0 && !written.life.is_seen();
  written.life.write(true);
  written.cpu = cpu;
  written.lines |= lines;
  written.vmid.reset();
  if (is_written) { return; }
  OfCpu& of_cpu = cpus_[cpu];
  of_cpu.waiting.push_back(frame);
  of_cpu.written.push_back(frame);
  if (of_cpu.written.size() >= of_cpu.tidy_at) { tidy(of_cpu); }
}

void FrameContents::leave(uint64_t cpu, uint64_t vmid, uint64_t frame) {
  const auto found = frames_.find(frame);
  const bool is_its_own = found == frames_.end() || found->second.vmid == vmid;
  write(cpu, frame);
  if (is_its_own) { frames_[frame].vmid = vmid; }
}

void FrameContents::return_to(uint64_t vmid, uint64_t first, unsigned level) {
  const uint64_t last = first | span_mask(level);
  if (last - first >= frames_.size()) {
    std::erase_if(frames_, [&](const auto& frame) {
      return frame.first >= first && frame.first <= last && frame.second.vmid == vmid;
    });
    return;
  }
  for (uint64_t frame = first; frame <= last; ++frame) {
    const auto found = frames_.find(frame);
    if (found != frames_.end() && found->second.vmid == vmid) { frames_.erase(found); }
  }
}

void FrameContents::tidy(OfCpu& of_cpu) const {
  auto& written = of_cpu.written;
  std::sort(written.begin(), written.end());
  written.erase(std::unique(written.begin(), written.end()), written.end());
  std::erase_if(written, [this](uint64_t frame) { return is_settled(frame); });
  of_cpu.tidy_at = std::max(of_cpu.tidy_at, 2 * written.size());
}

void FrameContents::clean_lines(uint64_t cpu, uint64_t frame, uint64_t lines) {
  const auto found = frames_.find(frame);
  if (found == frames_.end() || found->second.cpu != cpu) { return; }
  Written& written = found->second;
  written.lines &= ~lines;
  if (written.lines != 0) { return; }
  written.life.clean(true);
  cpus_[cpu].waiting.push_back(frame);
}

void FrameContents::dsb(uint64_t cpu, Barrier barrier) {
  const auto of_cpu = cpus_.find(cpu);
  if (of_cpu == cpus_.end()) { return; }
  std::erase_if(of_cpu->second.waiting, [&](uint64_t frame) { return !still_waits(cpu, frame, barrier); });
}

bool FrameContents::still_waits(uint64_t cpu, uint64_t frame, Barrier barrier) {
  const auto found = frames_.find(frame);
  if (found == frames_.end() || found->second.cpu != cpu) { return false; }
  auto& life = found->second.life;
  life.dsb(barrier);
  const bool waits = !static_cast<bool>(life.is_seen());
  if (life.is_settled()) { frames_.erase(found); }
  return waits;
}

bool FrameContents::is_seen(uint64_t frame) const {
  const auto found = frames_.find(frame);
  return found == frames_.end() || found->second.life.is_seen();
}

std::optional<uint64_t> FrameContents::unsettled_within(uint64_t first, unsigned level) const {
  const uint64_t last = first | span_mask(level);
  if (last - first < frames_.size()) {
    for (uint64_t frame = first; frame <= last; ++frame) {
      if (!is_settled(frame)) { return frame; }
    }
    return std::nullopt;
  }
  for (const auto& [frame, written] : frames_) {
    if (frame >= first && frame <= last) { return frame; }
  }
  return std::nullopt;
}

std::vector<uint64_t> FrameContents::take_written(uint64_t cpu) {
  const auto of_cpu = cpus_.find(cpu);
  if (of_cpu == cpus_.end()) { return {}; }
  std::vector<uint64_t> written = std::exchange(of_cpu->second.written, {});
  std::erase_if(written, [this](uint64_t frame) { return is_settled(frame); });
  return written;
}

}  // namespace bulkhead::hw
