#pragma once

#include "tests/tools/recorder.hpp"

/// Steps that scenarios share.
namespace bulkhead::test {

/// The n-th frame of RAM.
constexpr uint64_t pa(uint64_t n) { return 0x40000000 + (n << page_shift); }

/// A recorder for helpers that make calls which must succeed.
struct Recording {
  Recorder& recorder;

  void must(Call call, std::initializer_list<uint64_t> arguments) { recorder.call(call, arguments); }
};

/// Donates the frames first to first + count - 1.
inline void donate_frames(Recorder& recorder, uint64_t first, uint64_t count) {
  for (uint64_t n = first; n < first + count; ++n) { recorder.call(Call::frame_donate, {pa(n)}); }
}

/// Where the table of a level that serves the address begins.
constexpr uint64_t table_base(uint64_t ipa, unsigned level) {
  return ipa & ~low_mask(page_shift + span_shift(level - 1));
}

/// Creates the tables of levels 1 to 3 that serve the address from three spare frames.
inline void create_tables(Recorder& recorder, uint64_t cid, uint64_t ipa, uint64_t first_frame) {
  for (unsigned level = 1; level <= leaf_level; ++level) {
    recorder.call(Call::table_create, {cid, table_base(ipa, level), level, pa(first_frame + level - 1)});
  }
}

}  // namespace bulkhead::test
