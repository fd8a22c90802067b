#include "tests/qemu/vectors.hpp"

#include "tests/catch.hpp"
#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

Vector example() {
  hw::Features features{.pa_bits = 44, .granule_16k = false, .xnx = false, .hafdbs = 1};
  Case of{.registers = {.vtcr = hw::VtcrEl2<Concrete>(0x80050019),
                        .vttbr = hw::VttbrEl2<Concrete>(0x7000040000000),
                        .hcr = hw::HcrEl2<Concrete>(1)},
          .words = {{tables_first, 0x123}, {tables_first + 8, ~uint64_t{0}}},
          .queries = {{0x5000, hw::AccessKind::write_el0}, {~uint64_t{0}, hw::AccessKind::read_el1}}};
  return {features, of, {0xA09, 0xFF00000040000B80}};
}

TEST_CASE("Vectors read as they were written, one behind the other") {
  const std::string bytes = encode(example());
  const std::vector<Vector> read = decode_vectors(bytes + bytes);
  REQUIRE(read.size() == 2);
  CHECK(encode(read[0]) == bytes);
  CHECK(encode(read[1]) == bytes);
  CHECK(read[0].features.pa_bits == 44);
  CHECK_FALSE(read[0].features.granule_16k);
  CHECK(read[0].features.hafdbs == 1);
  CHECK(raw(read[0].of.registers.vttbr) == 0x7000040000000);
  CHECK(read[0].of.words[1].word == ~uint64_t{0});
  CHECK(read[0].of.queries[0].kind == hw::AccessKind::write_el0);
  CHECK(read[0].answers == example().answers);
}

TEST_CASE("Vectors that end too early are refused") {
  const std::string bytes = encode(example());
  for (size_t size = 1; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(decode_vectors(std::string_view(bytes).substr(0, size)), std::runtime_error);
  }
  CHECK(decode_vectors("").empty());
}

}  // namespace
}  // namespace bulkhead::qemu
