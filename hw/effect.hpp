#pragma once

#include <array>
#include <string_view>

#include "model/domain.hpp"

/// What the engine does to the hardware, one step at a time. The order of effects is what
/// maintenance is judged by.
namespace bulkhead::hw {

enum class EffectKind : uint8_t {
  load,       ///< a 64-bit read: frame, index, value
  store,      ///< a 64-bit write: frame, index, value
  fill,       ///< word i of `frame` becomes `value | i * step`, each of the 512
  copy,       ///< every word of `frame` becomes that of `source`
  clean,      ///< every data cache line of `frame` is cleaned and invalidated to the point of coherency (DC CIVAC)
  dsb,        ///< data synchronisation barrier, `barrier` (DDI 0487 B2.3.12)
  isb,        ///< instruction synchronisation barrier
  tlbi,       ///< TLB invalidation, `tlbi` with operand `value` (DDI 0487 D8.17)
  dc,         ///< maintenance of the one data cache line at `value`
  ic,         ///< instruction cache maintenance
  msr,        ///< write of `value` to the system register `reg`
  lock,       ///< the engine lock is taken
  unlock,     ///< the engine lock is released
  eret,       ///< exception return from EL2
  exception,  ///< exception taken to EL2
};
inline constexpr std::array<std::string_view, 15> effect_names = {"load", "store", "fill",   "copy", "clean",
                                                                  "dsb",  "isb",   "tlbi",   "dc",   "ic",
                                                                  "msr",  "lock",  "unlock", "eret", "exception"};

/// The domain a barrier covers.
enum class Barrier : uint8_t { ish, ishst, nsh, sy };
inline constexpr std::array<std::string_view, 4> barrier_names = {"ish", "ishst", "nsh", "sy"};

/// TLB invalidations by operation (hw/invalidation.hpp says what they reach). All but `alle1*` act on the VMID that
/// VTTBR_EL2 names at that moment.
enum class Tlbi : uint8_t {
  ipas2e1is,     ///< stage-2 entries of one IPA, inner shareable
  ipas2le1is,    ///< the same, last level only
  vmalle1is,     ///< stage-1 and combined entries of the VMID, inner shareable
  vmalls12e1is,  ///< all entries of the VMID, both stages, inner shareable
  vmalle1,       ///< stage-1 and combined entries of the VMID, this CPU only
  vmalls12e1,    ///< all entries of the VMID, this CPU only
  alle1is,       ///< all entries of EL1&0, every VMID, inner shareable
  ipas2e1,       ///< stage-2 entries of one IPA, this CPU only
  ipas2le1,      ///< the same, last level only
  alle1,         ///< all entries of EL1&0, every VMID, this CPU only
};
inline constexpr std::array<std::string_view, 10> tlbi_names = {"ipas2e1is", "ipas2le1is", "vmalle1is", "vmalls12e1is",
                                                                "vmalle1",   "vmalls12e1", "alle1is",   "ipas2e1",
                                                                "ipas2le1",  "alle1"};

/// System registers that the engine writes.
enum class Register : uint8_t { vttbr_el2, vtcr_el2, hcr_el2 };
inline constexpr std::array<std::string_view, 3> register_names = {"vttbr_el2", "vtcr_el2", "hcr_el2"};

/// One effect; which members count is said at its kind.
template <ValueDomain D>
struct Effect {
  EffectKind kind;
  Barrier barrier = Barrier::ish;
  Tlbi tlbi = Tlbi::ipas2e1is;
  Register reg = Register::vttbr_el2;
  Frame<D> frame{};
  Index<D> index{};
  Word<D> value{};
  Frame<D> source{};
  uint64_t step = 0;  ///< 0 or a power of two
};

}  // namespace bulkhead::hw
