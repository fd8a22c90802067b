#include "tests/qemu/protocol.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

constexpr size_t identification_words = 3;

void require_runnable(const Case& of) {
  if (of.words.size() > words_at_most) {
    throw std::invalid_argument(fmt::format("{} words: expected {} at most", of.words.size(), words_at_most));
  }
  for (const Entry& entry : of.words) {
    if (entry.pa % 8 != 0 || !is_table_memory(entry.pa)) {
      throw std::invalid_argument(fmt::format("a word at {:#x}: expected table memory, 8-byte aligned", entry.pa));
    }
  }
}

void put_case(std::string& bytes, const Case& of) {
  put(bytes, raw(of.registers.vtcr));
  put(bytes, raw(of.registers.vttbr));
  put(bytes, raw(of.registers.hcr));
  put(bytes, of.words.size());
  put(bytes, of.queries.size());
  for (const Entry& entry : of.words) {
    put(bytes, entry.pa);
    put(bytes, entry.word);
  }
  for (const Query& query : of.queries) {
    put(bytes, query.address);
    put(bytes, static_cast<uint64_t>(query.kind));
  }
}

}  // namespace

void put(std::string& bytes, uint64_t word) {
  for (unsigned shift = 0; shift < 64; shift += 8) { bytes.push_back(static_cast<char>(word >> shift)); }
}

uint64_t word_at(std::string_view bytes, size_t index) {
  uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) { word |= uint64_t{static_cast<unsigned char>(bytes[8 * index + i])} << 8 * i; }
  return word;
}

std::string encode(const std::vector<Case>& cases) {
  std::string bytes;
  for (const Case& of : cases) {
    require_runnable(of);
    put_case(bytes, of);
  }
  return bytes;
}

Answers decode(std::string_view bytes, size_t queries) {
  const size_t expected = 8 * (identification_words + queries);
  if (bytes.size() != expected) {
    throw std::runtime_error(fmt::format("the guest wrote {} bytes: expected {}", bytes.size(), expected));
  }
  Answers answers{.cpu = {word_at(bytes, 0), word_at(bytes, 1), word_at(bytes, 2)}, .words = {}};
  answers.words.reserve(queries);
  for (size_t i = 0; i < queries; ++i) { answers.words.push_back(word_at(bytes, identification_words + i)); }
  return answers;
}

std::optional<uint32_t> exception_of(uint64_t answer) {
  constexpr uint64_t mark = 0xFFFFFFFF;
  if (answer >> 32 != mark) { return std::nullopt; }
  return static_cast<uint32_t>(answer);
}

size_t count_queries(const std::vector<Case>& cases) {
  size_t queries = 0;
  for (const Case& of : cases) { queries += of.queries.size(); }
  return queries;
}

}  // namespace bulkhead::qemu
