#include "hw/known_memory.hpp"

namespace bulkhead::hw {

std::optional<uint64_t> KnownMemory::word(uint64_t frame, uint64_t index) const {
  const auto found = frames_.find(frame);
  if (found == frames_.end()) { return std::nullopt; }
  const Content& content = found->second;
  if (content.apart && content.apart->known[index]) { return content.apart->values[index]; }
  return content.all;
}

void KnownMemory::store(uint64_t frame, uint64_t index, uint64_t value) {
  Content& of_frame = content(frame);
  if (!of_frame.apart && of_frame.all == value) { return; }
  Words& apart = words(frame, of_frame);
  apart.values[index] = value;
  apart.known[index] = true;
  if (!of_frame.kept) { forget_beyond(apart_, most_apart); }
}

void KnownMemory::fill(uint64_t frame, uint64_t value, uint64_t step) {
  if (step != 0) {
    for (uint64_t i = 0; i < entries_per_table; ++i) { store(frame, i, value | i * step); }
    return;
  }
  Content& of_frame = content(frame);
  of_frame.all = value;
  if (of_frame.apart && !of_frame.kept) { uniform_.push_back(frame); }
  of_frame.apart.reset();
  if (!of_frame.kept) { forget_beyond(uniform_, most_uniform); }
}

void KnownMemory::copy(uint64_t to, uint64_t from) {
  const auto source = frames_.find(from);
  if (to == from) { return; }
  std::optional<uint64_t> all;
  std::unique_ptr<Words> apart;
  if (source != frames_.end()) {
    all = source->second.all;
    if (source->second.apart) { apart = std::make_unique<Words>(*source->second.apart); }
  }
  Content& of_frame = content(to);
  of_frame.all = all;
  if (apart) {
    words(to, of_frame) = *apart;
  } else {
    of_frame.apart.reset();
  }
  if (!of_frame.kept) { forget_beyond(apart_, most_apart); }
}

void KnownMemory::keep(uint64_t frame) { content(frame).kept = true; }

void KnownMemory::release(uint64_t frame) {
  Content& of_frame = content(frame);
  if (!of_frame.kept) { return; }
  of_frame.kept = false;
  (of_frame.apart ? apart_ : uniform_).push_back(frame);
}

KnownMemory::Content& KnownMemory::content(uint64_t frame) {
  const auto [place, is_new] = frames_.try_emplace(frame);
  if (is_new) { uniform_.push_back(frame); }
  return place->second;
}

KnownMemory::Words& KnownMemory::words(uint64_t frame, Content& content) {
  if (!content.apart) {
    content.apart = std::make_unique<Words>();
    if (!content.kept) { apart_.push_back(frame); }
  }
  return *content.apart;
}

void KnownMemory::forget_beyond(std::deque<uint64_t>& frames, size_t most) {
  while (frames.size() > most) {
    const auto found = frames_.find(frames.front());
    frames.pop_front();
    // A frame that is kept, or that stands in the other row, is not this row's to forget.
    if (found == frames_.end() || found->second.kept) { continue; }
    if ((found->second.apart != nullptr) == (&frames == &apart_)) { frames_.erase(found); }
  }
}

}  // namespace bulkhead::hw
