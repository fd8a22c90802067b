#pragma once

#include <string>

#include "tests/qemu/protocol.hpp"

namespace bulkhead::qemu {

/// The query as a line that `bulkhead walk` takes.
std::string walk_line(const Case& of, const hw::Features& features, const Query& query);

/// An answer in words, with its number.
std::string words_of_answer(uint64_t answer);

}  // namespace bulkhead::qemu
