#pragma once

#include <optional>

#include "tests/qemu/opinion.hpp"

namespace bulkhead::qemu {

/// What the architecture demands of a query on which QEMU departs from it: the value of some bits of PAR_EL1.
struct Demand {
  uint64_t mask;
  uint64_t value;

  bool is_met_by(uint64_t answer) const { return (answer & mask) == value; }
};

/// The demand on a query, worked out from registers and descriptors alone and not by hw/, so that a model which departs
/// from the architecture just as QEMU does is found out. `expected` is the opinion with all departures: it says which
/// descriptors QEMU read. Empty where QEMU's answer vouches for the model's, or nothing can be said in this way.
std::optional<Demand> demand_on(const hw::Registers& registers, const hw::Features& features, const Opinion& expected);

}  // namespace bulkhead::qemu
