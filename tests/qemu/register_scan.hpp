#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/guest_registers.hpp"

/// What is said to the guest program that scans registers (tests/qemu/guest/registers.c) and what it says, in
/// little-endian 64-bit words.
namespace bulkhead::qemu {

/// What came of an access at EL1.
enum class Outcome : uint8_t { done, undefined, trapped };

/// A system register that was tried.
struct Scanned {
  Outcome read = Outcome::undefined;
  Outcome write = Outcome::undefined;
  uint64_t held = 0;  ///< the bits that hold what is written to them

  bool is_trapped() const { return read == Outcome::trapped || write == Outcome::trapped; }
};

/// All of a CPU, by number.
using Scan = std::vector<Scanned>;

/// How many there are with op0 2 or 3.
inline constexpr size_t encodings = 1 << 15;

constexpr Encoding encoding_of(size_t number) {
  const auto n = static_cast<unsigned>(number);
  return {2 + (n >> 14), n >> 11 & 7, n >> 7 & 15, n >> 3 & 15, n & 7};
}

/// `S3_0_C1_C0_0`, as assemblers write it.
std::string name_of(const Encoding& encoding);

/// The trap controls of the engine, as the guest program reads them.
std::string encode_controls();

/// Throws `std::runtime_error` if it is not what the guest program writes.
Scan decode_scan(std::string_view bytes);

}  // namespace bulkhead::qemu
