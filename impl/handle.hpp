#pragma once

#include "impl/engine.hpp"
#include "model/result.hpp"

namespace bulkhead::impl {

/// Does a call whose caller may make it. Defined once for each call and domain, in a translation unit
/// of its own that is generated from handler.cpp.in: who edits a handler compiles that handler.
template <Call call, ValueDomain D>
Result<D> handle(Engine<D>& engine, const Arguments<D>& arguments);

}  // namespace bulkhead::impl
