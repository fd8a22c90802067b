#pragma once

#include <string>
#include <vector>

#include "spec/boot.hpp"
#include "spec/rules.hpp"

/// A state of the spec to make steps of, for tests.
namespace bulkhead::spec::test {

using C = Concrete;
using Words = std::vector<uint64_t>;

/// The address of the n-th frame of RAM of the default machine.
constexpr uint64_t pa(uint64_t n) { return 0x40000000 + (n << page_shift); }
/// First address of the shared half.
inline constexpr uint64_t shared = uint64_t{1} << 47;
/// A device frame left to the host (the UART of QEMU's virt machine).
inline constexpr uint64_t device_pa = 0x09090000;

/// The state at boot on the default machine; host frames hold their own addresses.
class Bench {
 public:
  Bench();

  Status call(Call call, const Words& words, uint64_t caller = 0);
  /// Makes calls that must succeed.
  void must(Call call, const Words& words);
  /// The text of the refusal that decides a call; empty if it would succeed.
  std::string refusal(Call call, const Words& words, uint64_t caller = 0) const;
  /// The output of the last call.
  uint64_t output() const { return output_; }

  FrameState state(uint64_t pa) const;
  uint64_t owner(uint64_t pa) const;
  uint64_t sharer(uint64_t pa) const;
  bool is_zero(uint64_t pa) const;
  Access access(uint64_t cid, uint64_t ipa) const;
  uint64_t mapped(uint64_t cid, uint64_t ipa) const;
  IpaState ipa_state(uint64_t cid, uint64_t ipa) const;
  /// The table of the level that serves ipa, 0 if none.
  uint64_t table(uint64_t level, uint64_t cid, uint64_t ipa) const;
  CompartmentState life(uint64_t cid) const;

  State<C> spec;

 private:
  uint64_t output_ = 0;
};

/// The arguments of a call.
Arguments<C> arguments_of(const Words& words, uint64_t caller = 0);

/// A bench with compartment 1, created. Root: frame 0. Tables of levels 1 to 3 for the first page of the
/// private half: frames 1 to 3; of the shared half: frames 4 to 6. Frames 7 to 15 are spare, from 16 on
/// the host's. IPA 0x1000 is `ram`, data frame 8 is mapped at 0x2000, host frame 20 at the second page of
/// the shared half.
class BuiltBench : public Bench {
 public:
  BuiltBench();
};

/// Where the runs of a `BlockBench` begin.
inline constexpr uint64_t run_ipa = 0x200000;
inline constexpr uint64_t shared_run_ipa = shared + 0x200000;

/// A built bench with two runs of 512 pages, and their level-3 tables: frames 512 to 1023 are mapped from `run_ipa` on
/// by table 7, host frames 1024 to 1535 read-only from `shared_run_ipa` on by table 9. Table 10 serves the 2 MiB after
/// the first run; data frame 11 is mapped at its first page alone.
class BlockBench : public BuiltBench {
 public:
  BlockBench();
};

}  // namespace bulkhead::spec::test
