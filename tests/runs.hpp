#pragma once

#include "model/calls.hpp"
#include "model/domain.hpp"

/// Runs of pages that lead to runs of frames, built through calls: what a block can stand for.
namespace bulkhead::test {

inline constexpr uint64_t run_pages = entries_per_table;
inline constexpr uint64_t run_size = run_pages << page_shift;  ///< 2 MiB

/// Maps 512 frames of the host, which are donated for it, at as many pages of the private half that a level-3 table
/// serves, from `ipa` and `pa` on. The compartment is being built.
template <class Bench>
void map_run(Bench& bench, uint64_t cid, uint64_t ipa, uint64_t pa) {
  for (uint64_t offset = 0; offset < run_size; offset += uint64_t{1} << page_shift) {
    bench.must(Call::frame_donate, {pa + offset});
    bench.must(Call::ipa_prepare, {cid, ipa + offset});
    bench.must(Call::page_map, {cid, ipa + offset, pa + offset});
  }
}

/// The same with frames that stay the host's, in the shared half.
template <class Bench>
void share_run(Bench& bench, uint64_t cid, uint64_t ipa, uint64_t pa, uint64_t writable) {
  for (uint64_t offset = 0; offset < run_size; offset += uint64_t{1} << page_shift) {
    bench.must(Call::shared_map, {cid, ipa + offset, pa + offset, writable});
  }
}

}  // namespace bulkhead::test
