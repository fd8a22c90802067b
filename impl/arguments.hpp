#pragma once

#include "impl/engine.hpp"

/// The form of call arguments.
namespace bulkhead::impl {

template <ValueDomain D>
typename D::Bool is_compartment_id(Word<D> cid) {
  return (cid >= Word<D>(1)) & (cid <= Word<D>(65535));
}

template <ValueDomain D>
typename D::Bool is_private_page(Ipa<D> ipa) {
  return Platform<D>::is_page_address(ipa) & !in_shared_half<D>(page_of(ipa));
}

template <ValueDomain D>
typename D::Bool is_shared_page(Ipa<D> ipa) {
  return Platform<D>::is_page_address(ipa) & in_shared_half<D>(page_of(ipa));
}

}  // namespace bulkhead::impl
