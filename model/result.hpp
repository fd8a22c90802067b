#pragma once

#include <array>

#include "model/calls.hpp"
#include "model/domain.hpp"
#include "model/status.hpp"

namespace bulkhead {

/// The argument registers of a call, as the caller left them. Those that a call does not take are
/// ignored.
template <ValueDomain D>
struct Arguments {
  CompartmentId<D> caller{};  ///< who calls: 0 is the host, otherwise the calling compartment
  std::array<Word<D>, max_inputs> words{};
};

/// What a call returns: a status and, if it is `ok`, the outputs of its row in the call table.
template <ValueDomain D>
struct [[nodiscard]] Result {
  Status status = Status::ok;
  std::array<Word<D>, max_outputs> outputs{};

  // NOLINTNEXTLINE(google-explicit-constructor): handlers return a bare status
  Result(Status s) : status(s) {}
  explicit Result(Word<D> output) : outputs{output} {}
  explicit Result(Pa<D> output) : outputs{widen<Word<D>>(output)} {}
};

}  // namespace bulkhead
