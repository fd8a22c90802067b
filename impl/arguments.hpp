#pragma once

#include "impl/engine.hpp"
#include "model/result.hpp"

/// The form of call arguments.
namespace bulkhead::impl {

inline constexpr uint64_t max_vcpus = 512;

template <ValueDomain D>
typename D::Bool is_compartment_id(Word<D> cid) {
  return (cid >= Word<D>(1)) & (cid <= Word<D>(65535));
}

/// Whether a compartment may be running, and so make calls.
template <ValueDomain D>
typename D::Bool is_running(const Engine<D>& engine, CompartmentId<D> id) {
  return engine.compartments.state.get(id) == CompartmentState::active;
}

template <ValueDomain D>
typename D::Bool is_vcpu_count(Word<D> vcpus) {
  return (vcpus >= Word<D>(1)) & (vcpus <= Word<D>(max_vcpus));
}

template <ValueDomain D>
typename D::Bool is_vcpu_index(Word<D> index) {
  return index < Word<D>(max_vcpus);
}

template <ValueDomain D>
typename D::Bool is_flag(Word<D> flag) {
  return flag <= Word<D>(1);
}

/// Whether tables of the level can be made and taken away: any but the root's.
template <ValueDomain D>
typename D::Bool is_table_level(Word<D> level) {
  return (level >= Word<D>(1)) & (level <= Word<D>(leaf_level));
}

/// Whether a block can stand for tables of the level: in the place of a table of level 2 (1 GiB) or 3 (2 MiB).
template <ValueDomain D>
typename D::Bool is_block_level(Word<D> level) {
  return (level >= Word<D>(2)) & (level <= Word<D>(leaf_level));
}

template <ValueDomain D>
typename D::Bool is_private_page(Ipa<D> ipa) {
  return Platform<D>::is_page_address(ipa) & !in_shared_half<D>(page_of(ipa));
}

template <ValueDomain D>
typename D::Bool is_shared_page(Ipa<D> ipa) {
  return Platform<D>::is_page_address(ipa) & in_shared_half<D>(page_of(ipa));
}

/// Whether a table of the level, 1 to 3, can begin at `ipa`: it is aligned to what one entry of the
/// table above spans.
template <ValueDomain D>
typename D::Bool is_table_base(Ipa<D> ipa, Word<D> level) {
  const auto offset = [](unsigned at) { return Ipa<D>(span_mask(at - 1) << page_shift); };
  const Ipa<D> mask = select(level == Word<D>(1), offset(1), select(level == Word<D>(2), offset(2), offset(3)));
  return Platform<D>::is_page_address(ipa) & ((ipa & mask) == Ipa<D>(0));
}

/// Does `act(level)` with a table level, 1 to 3, as a plain number.
template <ValueDomain D, class Act>
Result<D> at_level(Word<D> level, const Act& act) {
  for (unsigned at = 1; at < leaf_level; ++at) {
    if (level == Word<D>(at)) { return act(at); }
  }
  return act(leaf_level);
}

/// The same with the level of a table that a block can stand for, 2 or 3.
template <ValueDomain D, class Act>
Result<D> at_block_level(Word<D> level, const Act& act) {
  if (level == Word<D>(2)) { return act(2U); }
  return act(leaf_level);
}

}  // namespace bulkhead::impl
