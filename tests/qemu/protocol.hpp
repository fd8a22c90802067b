#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hw/par.hpp"

/// What is said to the guest program (tests/qemu/guest) and what it says, in little-endian 64-bit words.
///
/// A case is VTCR_EL2, VTTBR_EL2, HCR_EL2, the number of words and of queries, each word as address and value, each
/// query as address and kind. The answer to all cases is ID_AA64MMFR0_EL1, ID_AA64MMFR1_EL1 and ID_AA64MMFR2_EL1, then
/// a word for each query: PAR_EL1 or, if the instruction took an exception, 0xFFFFFFFF and ESR_EL2.
namespace bulkhead::qemu {

struct Entry {
  uint64_t pa;
  uint64_t word;
};

struct Query {
  uint64_t address;
  hw::AccessKind kind;
};

/// Registers, the only words of table memory that are not zero, and what is asked.
struct Case {
  hw::Registers registers;
  std::vector<Entry> words;
  std::vector<Query> queries;
};

struct Identification {
  uint64_t mmfr0;
  uint64_t mmfr1;
  uint64_t mmfr2;
};

struct Answers {
  Identification cpu;
  std::vector<uint64_t> words;  ///< one for each query
};

/// Appends a little-endian 64-bit word.
void put(std::string& bytes, uint64_t word);

/// The word of that index, from 0; there must be one.
uint64_t word_at(std::string_view bytes, size_t index);

/// The most words of memory that a case may have.
inline constexpr size_t words_at_most = 4096;

/// The cases as the guest reads them. Throws `std::invalid_argument` for a case that the guest cannot run: too many
/// words, or one that is not in table memory.
std::string encode(const std::vector<Case>& cases);

/// Reads what the guest wrote for that many queries. Throws `std::runtime_error` if it is not as long as that.
Answers decode(std::string_view bytes, size_t queries);

/// ESR_EL2, if the answer says that the instruction took an exception. No PAR_EL1 looks like that: bits 55:52 are RES0.
std::optional<uint32_t> exception_of(uint64_t answer);

size_t count_queries(const std::vector<Case>& cases);

}  // namespace bulkhead::qemu
