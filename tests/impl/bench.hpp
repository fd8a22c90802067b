#pragma once

#include <memory>
#include <string>
#include <vector>

#include "impl/boot.hpp"
#include "model/result.hpp"

/// An engine to make calls of, for tests.
namespace bulkhead::impl::test {

using C = Concrete;

/// Writes down every effect as a line.
class Recorder final : public hw::Observer<C> {
 public:
  void on_effect(const hw::Effect<C>& effect, const hw::Hardware<C>& hardware) override;
  std::vector<std::string> lines;
};

/// The address of the n-th frame of RAM of the default machine.
constexpr uint64_t pa(uint64_t n) { return 0x40000000 + (n << page_shift); }

/// First address of the shared half.
inline constexpr uint64_t shared = uint64_t{1} << 47;
/// A device frame left to the host (the UART of QEMU's virt machine).
inline constexpr uint64_t device_pa = 0x09090000;

/// Words that are no compartment id, one of them in its low half alone.
inline constexpr std::array<uint64_t, 3> bad_ids{0, 65536, uint64_t{1} << 32 | 1};

/// An engine on the default machine. Its host frames hold their own addresses, so that nothing is zero by
/// chance.
class Bench {
 public:
  Bench();

  /// Makes a call as the host on CPU 0.
  Status call(Call call, const std::vector<uint64_t>& words);
  /// Makes a call as a compartment.
  Status call_from(uint64_t caller, Call call, const std::vector<uint64_t>& words);
  /// Makes calls that must succeed.
  void must(Call call, const std::vector<uint64_t>& words);
  void donate(uint64_t first, uint64_t end);

  /// The output of the last call.
  uint64_t output() const { return output_; }
  /// What the last call did to the hardware, in order.
  const std::vector<std::string>& effects() const { return recorder_->lines; }
  /// The same without loads, and without what begins and ends every call.
  std::vector<std::string> changes() const;

  FrameState state(uint64_t pa) const;
  uint64_t owner(uint64_t pa) const;
  CompartmentState life(uint64_t cid) const;
  uint64_t word(uint64_t pa) const;
  bool is_zero(uint64_t pa) const;

  Engine<C> engine;

 private:
  std::unique_ptr<Recorder> recorder_ = std::make_unique<Recorder>();
  uint64_t output_ = 0;
};

/// A bench with compartment 1, created. Root: frame 0. Tables of levels 1 to 3 for the first page of the
/// private half: frames 1 to 3; of the shared half: frames 4 to 6. Frames 7 to 15 are spare, from 16 on
/// the host's. IPA 0x1000 is `ram`; data frame 8 is mapped at 0x2000.
class BuiltBench : public Bench {
 public:
  BuiltBench();
};

/// A built bench whose compartment runs.
class RunningBench : public BuiltBench {
 public:
  RunningBench() { must(Call::compartment_activate, {1}); }
  /// Compartment 1 makes a call on a page of its own.
  Status own(Call call, uint64_t ipa) { return call_from(1, call, {ipa}); }
  /// Makes one that must succeed.
  void must_own(Call call, uint64_t ipa);
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

/// The call is refused with the status, and the engine did nothing but read.
void check_refused(Bench& bench, Status status, Call call, const std::vector<uint64_t>& words);
/// A compartment that makes the call is refused.
void check_denied(Bench& bench, Call call, const std::vector<uint64_t>& words);
/// What a guest calls about a page of its own is refused, with no effect but loads: where it does not run, where the
/// page is none of the private half or no table serves it, and with the status at that page.
void check_own_page_refused(Call call, Status status, uint64_t ipa);

}  // namespace bulkhead::impl::test
