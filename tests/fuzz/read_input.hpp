#pragma once

#include <cstddef>
#include <cstdint>

namespace bulkhead::test {

/// Reads bytes as every format that the tool reads: a trace, walk cases, a query, a counterexample, a proof. Each
/// is read whole or refused with an `Error` of one line; the effects of a trace are judged; a trace or counterexample
/// that is read is written and read again, and must be the same; what walk cases ask is answered, and a counterexample
/// is drawn. Throws `std::logic_error` if it is not so.
void read_input(const uint8_t* data, size_t size);

}  // namespace bulkhead::test
