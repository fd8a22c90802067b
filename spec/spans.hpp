#pragma once

#include "spec/rule.hpp"

/// The pages that a table of a level, 1 to 3, translates: 2^27, 2^18 or 2^9, aligned to as many.
namespace bulkhead::spec {

/// One less than the number of pages.
template <ValueDomain D>
Page<D> span_below(Word<D> level) {
  return select(level == Word<D>(1), Page<D>(span_mask(0)),
                select(level == Word<D>(2), Page<D>(span_mask(1)), Page<D>(span_mask(2))));
}

/// The pages of the table of the level that begins at ipa.
template <ValueDomain D>
Span<Page<D>> span(const Inputs<D>& in) {
  return {in.page(), span_below<D>(in.level)};
}

}  // namespace bulkhead::spec
