#include "tests/qemu/features.hpp"

#include <array>
#include <stdexcept>

namespace bulkhead::qemu {
namespace {

constexpr unsigned field(uint64_t word, unsigned low) { return static_cast<unsigned>(word >> low & 0xF); }

/// How stage 2 supports a granule: the field TGranX_2, which may refer to what stage 1 says in TGranX.
struct GranuleSupport {
  bool present;
  bool with_52_bits;
};

GranuleSupport support(unsigned stage2, bool stage1_present, bool stage1_with_52_bits) {
  switch (stage2) {
    case 0:
      return {stage1_present, stage1_with_52_bits};
    case 1:
      return {false, false};
    case 2:
      return {true, false};
    case 3:
      return {true, true};
    default:
      throw std::runtime_error("a granule field of ID_AA64MMFR0_EL1 is reserved");
  }
}

unsigned physical_bits(unsigned pa_range) {
  constexpr std::array<unsigned, 7> bits = {32, 36, 40, 42, 44, 48, 52};
  if (pa_range >= bits.size()) { throw std::runtime_error("ID_AA64MMFR0_EL1.PARange is reserved"); }
  return bits[pa_range];
}

}  // namespace

hw::Features features_of(const Identification& cpu) {
  const unsigned stage1_4k = field(cpu.mmfr0, 28);
  const unsigned stage1_16k = field(cpu.mmfr0, 20);
  const auto kib4 = support(field(cpu.mmfr0, 40), stage1_4k <= 1, stage1_4k == 1);
  const auto kib16 = support(field(cpu.mmfr0, 32), stage1_16k == 1 || stage1_16k == 2, stage1_16k == 2);
  const auto kib64 = support(field(cpu.mmfr0, 36), field(cpu.mmfr0, 24) == 0, false);
  if (kib4.with_52_bits != kib16.with_52_bits) {
    throw std::runtime_error("FEAT_LPA2 with one granule alone, which the model has no word for");
  }
  hw::Features features;
  features.pa_bits = physical_bits(field(cpu.mmfr0, 0));
  features.granule_4k = kib4.present;
  features.granule_16k = kib16.present;
  features.granule_64k = kib64.present;
  features.lpa2 = kib4.with_52_bits;
  features.fwb = field(cpu.mmfr2, 40) == 1;
  features.xnx = field(cpu.mmfr1, 28) == 1;
  features.ttst = field(cpu.mmfr2, 28) == 1;
  features.hafdbs = std::min(field(cpu.mmfr1, 0), 2U);
  return features;
}

}  // namespace bulkhead::qemu
