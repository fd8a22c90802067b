#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/qemu/protocol.hpp"

/// Queries with the answers that QEMU gave, kept in a file, so that another model can be judged without QEMU.
namespace bulkhead::qemu {

/// A case, what the CPU that was asked has, and what it answered to each query.
struct Vector {
  hw::Features features;
  Case of;
  std::vector<uint64_t> answers;
};

/// The case as bytes: little-endian 64-bit words, one for each feature, then the case as the guest reads it, then the
/// answers.
std::string encode(const Vector& vector);

/// Reads what `encode` wrote, any number of times. Throws `std::runtime_error` if it ends too early.
std::vector<Vector> decode_vectors(std::string_view bytes);

}  // namespace bulkhead::qemu
