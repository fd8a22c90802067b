#include "tests/qemu/vectors.hpp"

#include <array>
#include <stdexcept>

namespace bulkhead::qemu {
namespace {

using FeatureWords = std::array<uint64_t, 9>;

FeatureWords words_of(const hw::Features& f) {
  return {f.pa_bits, f.granule_4k, f.granule_16k, f.granule_64k, f.lpa2, f.fwb, f.xnx, f.ttst, f.hafdbs};
}

hw::Features features_of(const FeatureWords& words) {
  return {.pa_bits = static_cast<unsigned>(words[0]),
          .granule_4k = words[1] != 0,
          .granule_16k = words[2] != 0,
          .granule_64k = words[3] != 0,
          .lpa2 = words[4] != 0,
          .fwb = words[5] != 0,
          .xnx = words[6] != 0,
          .ttst = words[7] != 0,
          .hafdbs = static_cast<unsigned>(words[8])};
}

/// Takes words from the front of bytes.
class Words {
 public:
  explicit Words(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }
  uint64_t next() {
    if (bytes_.size() < 8) { throw std::runtime_error("vectors end too early"); }
    const uint64_t word = word_at(bytes_, 0);
    bytes_.remove_prefix(8);
    return word;
  }

 private:
  std::string_view bytes_;
};

Case read_case(Words& words) {
  Case of;
  of.registers.vtcr = hw::VtcrEl2<Concrete>(words.next());
  of.registers.vttbr = hw::VttbrEl2<Concrete>(words.next());
  of.registers.hcr = hw::HcrEl2<Concrete>(words.next());
  const uint64_t entries = words.next();
  const uint64_t queries = words.next();
  for (uint64_t i = 0; i < entries; ++i) {
    const uint64_t pa = words.next();
    of.words.push_back({pa, words.next()});
  }
  for (uint64_t i = 0; i < queries; ++i) {
    const uint64_t address = words.next();
    of.queries.push_back({address, static_cast<hw::AccessKind>(words.next())});
  }
  return of;
}

Vector read_vector(Words& words) {
  FeatureWords features{};
  for (uint64_t& feature : features) { feature = words.next(); }
  Vector vector{.features = features_of(features), .of = read_case(words), .answers = {}};
  for (size_t i = 0; i < vector.of.queries.size(); ++i) { vector.answers.push_back(words.next()); }
  return vector;
}

}  // namespace

std::string encode(const Vector& vector) {
  std::string bytes;
  for (const uint64_t feature : words_of(vector.features)) { put(bytes, feature); }
  bytes += encode(std::vector<Case>{vector.of});
  for (const uint64_t answer : vector.answers) { put(bytes, answer); }
  return bytes;
}

std::vector<Vector> decode_vectors(std::string_view bytes) {
  std::vector<Vector> vectors;
  for (Words words(bytes); !words.at_end();) { vectors.push_back(read_vector(words)); }
  return vectors;
}

}  // namespace bulkhead::qemu
