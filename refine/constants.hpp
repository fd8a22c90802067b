#pragma once

#include "model/concrete.hpp"
#include "model/result.hpp"
#include "refine/symbolic.hpp"

/// Constants of the symbolic domain and the numbers that they are, both ways. What is asked for its number must be a
/// constant.
namespace bulkhead::refine {

template <class Tag>
uint64_t number(const Value<Symbolic, Tag>& constant) {
  return constant.bits().constant();
}
template <class Tag>
uint64_t number(Value<Concrete, Tag> value) {
  return raw(value);
}

template <class Tag>
Value<Concrete, Tag> concrete(const Value<Symbolic, Tag>& constant) {
  return Value<Concrete, Tag>(number(constant));
}
template <class Tag>
Value<Symbolic, Tag> constant(Value<Concrete, Tag> value) {
  return Value<Symbolic, Tag>(raw(value));
}

inline Arguments<Concrete> concrete(const Arguments<Symbolic>& constants) {
  Arguments<Concrete> arguments{concrete(constants.caller), {}};
  for (size_t i = 0; i < max_inputs; ++i) { arguments.words[i] = concrete(constants.words[i]); }
  return arguments;
}
inline Arguments<Symbolic> constant(const Arguments<Concrete>& arguments) {
  Arguments<Symbolic> constants{constant(arguments.caller), {}};
  for (size_t i = 0; i < max_inputs; ++i) { constants.words[i] = constant(arguments.words[i]); }
  return constants;
}

}  // namespace bulkhead::refine
