#pragma once

namespace bulkhead::hw {

/// What a CPU implements, as far as stage-2 translation shows it. The default is all of it.
struct Features {
  unsigned pa_bits = 52;  ///< ID_AA64MMFR0_EL1.PARange, in bits; 52 is FEAT_LPA
  bool granule_4k = true;
  bool granule_16k = true;
  bool granule_64k = true;
  bool lpa2 = true;     ///< FEAT_LPA2: 52-bit addresses with the 4 KiB and 16 KiB granules
  bool fwb = true;      ///< FEAT_S2FWB: HCR_EL2.FWB
  bool xnx = true;      ///< FEAT_XNX: execution controlled apart for EL1 and EL0
  bool ttst = true;     ///< FEAT_TTST: small translation tables
  unsigned hafdbs = 2;  ///< FEAT_HAFDBS: 0 none, 1 access flag, 2 dirty state too
};

}  // namespace bulkhead::hw
