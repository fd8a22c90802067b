#pragma once

#include "hw/effect.hpp"
#include "hw/field.hpp"
#include "model/concrete.hpp"

/// What barriers wait for and what TLB invalidations reach: the facts that the TLBs of a run, the proof and the rules
/// of maintenance share (DDI 0487 B2.3.12, D8.16, D8.17).
namespace bulkhead::hw {

/// Waits for stores to be seen by the table walkers of every CPU.
constexpr bool completes_stores(Barrier barrier) { return barrier != Barrier::nsh; }

/// What an operation invalidates, within the VMID that VTTBR_EL2 names unless it is every one's.
struct Reach {
  bool local = false;       ///< on the CPU that issues it alone; otherwise on all
  bool every_vmid = false;  ///< of the EL1&0 regime
  bool one_ipa = false;     ///< only what serves the IPA in the operand
  bool leaves = false;      ///< stage-2 page and block entries
  bool pointers = false;    ///< stage-2 pointers to tables
  bool combined = false;    ///< entries that combine both stages
};

constexpr Reach reach_of(Tlbi op) {
  switch (op) {
    case Tlbi::ipas2e1is:
      return {.one_ipa = true, .leaves = true, .pointers = true};
    case Tlbi::ipas2le1is:
      return {.one_ipa = true, .leaves = true};
    case Tlbi::vmalle1is:
      return {.combined = true};
    case Tlbi::vmalls12e1is:
      return {.leaves = true, .pointers = true, .combined = true};
    case Tlbi::alle1is:
      return {.every_vmid = true, .leaves = true, .pointers = true, .combined = true};
    case Tlbi::ipas2e1:
      return {.local = true, .one_ipa = true, .leaves = true, .pointers = true};
    case Tlbi::ipas2le1:
      return {.local = true, .one_ipa = true, .leaves = true};
    case Tlbi::vmalle1:
      return {.local = true, .combined = true};
    case Tlbi::vmalls12e1:
      return {.local = true, .leaves = true, .pointers = true, .combined = true};
    case Tlbi::alle1:
      return {.local = true, .every_vmid = true, .leaves = true, .pointers = true, .combined = true};
  }
  throw Fault("a TLBI operation has a name");
}

/// Waits for invalidations to be complete on every CPU they reach; a barrier for stores alone does not.
constexpr bool completes(Barrier barrier, Tlbi op) {
  switch (barrier) {
    case Barrier::ish:
    case Barrier::sy:
      return true;
    case Barrier::nsh:
      return reach_of(op).local;
    case Barrier::ishst:
      return false;
  }
  throw Fault("a barrier has a domain");
}

/// The register operand of a TLBI by IPA (DDI 0487 C5.5, TLBI IPAS2E1IS).
namespace ipas2 {
using PageNumber = Field<tag::Word, 35, 0>;
using Level = Field<tag::Word, 45, 44>;    ///< TTL[1:0]
using Granule = Field<tag::Word, 47, 46>;  ///< TTL[3:2]; 0: the level of the entry is not promised
inline constexpr uint64_t granule_4k = 0b01;
}  // namespace ipas2

/// Whether a TLBI by IPA is about entries of a level that serve a page, in tables of 4 KiB: it names one of the pages
/// that the entry serves, and promises no other level.
template <ValueDomain D>
typename D::Bool names_entry(Word<D> operand, Page<D> page, unsigned level) {
  const auto named = truncate<Page<D>>(ipas2::PageNumber::get(operand));
  const auto promised = (!ipas2::Granule::is(operand, 0)) & (!ipas2::Level::is(operand, 0));
  return ((named >> span_shift(level)) == (page >> span_shift(level))) &
         ((!promised) | (ipas2::Granule::is(operand, ipas2::granule_4k) & ipas2::Level::is(operand, level)));
}

}  // namespace bulkhead::hw
