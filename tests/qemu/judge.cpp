#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

#include "tests/qemu/comparison.hpp"
#include "tests/qemu/vectors.hpp"

/// Judges the model by the answers that QEMU gave before: `judge VECTORS` prints how many queries it answers otherwise
/// and no departure of QEMU explains it, of how many, and the first of them. Built anew for each planted mistake.
namespace bulkhead::qemu {
namespace {

struct Outcome {
  size_t queries = 0;
  size_t wrong = 0;
  std::string first{};  ///< address, QEMU's answer, the model's
};

std::string describe(const Query& query, uint64_t answer, uint64_t given) {
  std::ostringstream text;
  text << std::hex << "0x" << query.address << ": QEMU 0x" << answer << ", model 0x" << given;
  return text.str();
}

void judge(const Vector& vector, Outcome& outcome) {
  const Memory memory(vector.of);
  for (size_t i = 0; i < vector.of.queries.size(); ++i) {
    const Query& query = vector.of.queries[i];
    const Compared compared = compare(vector.of.registers, vector.features, memory, query, vector.answers[i]);
    ++outcome.queries;
    if (compared.judgement == Judgement::same || compared.judgement == Judgement::explained) { continue; }
    if (outcome.wrong++ == 0) { outcome.first = describe(query, vector.answers[i], compared.model.answer); }
  }
}

int run(const char* file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  Outcome outcome;
  for (const Vector& vector : decode_vectors(bytes.str())) { judge(vector, outcome); }
  std::printf("%zu of %zu; %s\n", outcome.wrong, outcome.queries, outcome.first.c_str());
  return outcome.queries == 0 ? 3 : outcome.wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace bulkhead::qemu

int main(int argc, char** argv) {
  try {
    return argc == 2 ? bulkhead::qemu::run(argv[1]) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "judge: %s\n", error.what());
    return 3;
  }
}
