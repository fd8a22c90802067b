#pragma once

#include "hw/field.hpp"
#include "model/concrete.hpp"

namespace bulkhead::cli {

/// The number in a field of a register or a descriptor, right-aligned.
template <class F, class Register>
uint64_t field_number(Value<Concrete, Register> word) {
  return raw(F::get(word));
}

}  // namespace bulkhead::cli
