#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/qemu/opinion.hpp"

namespace bulkhead::qemu {

/// How the model and QEMU stand to each other on one query.
enum class Judgement : uint8_t {
  same,       ///< both answers are equal
  explained,  ///< the model gives QEMU's answer with departures that QEMU is known for
  unexplained,
  follows_qemu  ///< the model gives QEMU's answer where the architecture demands another
};

struct Compared {
  Judgement judgement = Judgement::unexplained;
  std::vector<Departure> departures{};  ///< that explain the difference; none can be left out
  Opinion model;                        ///< without departures
  Opinion expected;                     ///< with all
};

/// Judges QEMU's answer, and the model's by what the architecture demands where QEMU departs. The model with all
/// departures must give it, equal to the model's own or not: a switch that reaches further than QEMU's departure does
/// is found out too.
Compared compare(const hw::Registers& registers, const hw::Features& features, const Memory& memory, const Query& query,
                 uint64_t answer);

}  // namespace bulkhead::qemu
