#pragma once

#include <unordered_map>
#include <vector>

#include "tests/qemu/departures.hpp"
#include "tests/qemu/protocol.hpp"

/// What the model answers to a query, in the form that the guest answers in.
namespace bulkhead::qemu {

/// A descriptor that a walk read.
struct Visit {
  int level;
  uint64_t word;

  friend bool operator==(const Visit&, const Visit&) = default;
};

/// Why a query cannot be asked.
enum class Obstacle : uint8_t {
  none,
  /// QEMU 7.2 takes a block at level -1; at an access flag or permission fault there, which has no code, it ends itself
  /// (target/arm/internals.h, arm_fi_to_lfsc).
  block_at_level_minus_1,
  walk_of_devices  ///< a table where QEMU's machine has devices, which may answer anything
};

struct Opinion {
  uint64_t answer = 0;  ///< PAR_EL1, or the mark and ESR_EL2 of an external abort
  Obstacle obstacle = Obstacle::none;
  bool is_refused_by_stage1 = false;  ///< so that stage 2 is not asked
  hw::Stage2 stage2{};                ///< what the registers were read as
  std::vector<Visit> visits{};        ///< in the order of the walk
  hw::WalkResult<Concrete> result{};  ///< of the walk, unless it ended in an external abort
};

/// The memory of a case: its words, zero elsewhere in RAM, nothing beyond.
class Memory {
 public:
  explicit Memory(const Case& of);

  /// The word at the address in RAM.
  uint64_t at(uint64_t pa) const;

 private:
  std::unordered_map<uint64_t, uint64_t> words_;
};

/// The model's answer with the departures switched on.
Opinion ask_model(const hw::Registers& registers, const hw::Features& features, const Memory& memory,
                  const Query& query, Departures departures);

}  // namespace bulkhead::qemu
