#pragma once

#include "spec/rules.hpp"

namespace bulkhead::spec {

/// The rule of a call: `rule<D>()`. Specialised where the rule is compiled.
template <Call call>
struct Binding;

template <Call call, ValueDomain D>
Rule<D> make_rule() {
  return Binding<call>::template rule<D>();
}

}  // namespace bulkhead::spec
