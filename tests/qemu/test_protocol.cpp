#include "tests/qemu/protocol.hpp"

#include <stdexcept>

#include "tests/catch.hpp"
#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

std::string words(std::initializer_list<uint64_t> list) {
  std::string bytes;
  for (const uint64_t word : list) {
    for (unsigned shift = 0; shift < 64; shift += 8) { bytes.push_back(static_cast<char>(word >> shift)); }
  }
  return bytes;
}

Case with_word(uint64_t pa) { return {.registers = {}, .words = {{pa, 1}}, .queries = {}}; }

TEST_CASE("A case is its registers, its counts, its words and its queries") {
  const Case of{.registers = {.vtcr = hw::VtcrEl2<Concrete>(0x1122334455667788),
                              .vttbr = hw::VttbrEl2<Concrete>(2),
                              .hcr = hw::HcrEl2<Concrete>(3)},
                .words = {{tables_first, 0xFFFFFFFFFFFFFFFF}, {ram_end - 8, 5}},
                .queries = {{0x1000, hw::AccessKind::write_el0}}};
  CHECK(encode({of}) ==
        words({0x1122334455667788, 2, 3, 2, 1, tables_first, 0xFFFFFFFFFFFFFFFF, ram_end - 8, 5, 0x1000, 3}));
  CHECK(encode({of, of}) == encode({of}) + encode({of}));
  CHECK(encode({}).empty());
  CHECK(count_queries({of, of, of}) == 3);
}

TEST_CASE("What the guest cannot run is not sent") {
  CHECK_NOTHROW(encode({with_word(tables_first)}));
  for (const uint64_t pa : {tables_first - 8, tables_first + 4, ram_end, uint64_t{0}, void_first}) {
    CAPTURE(pa);
    CHECK_THROWS_AS(encode({with_word(pa)}), std::invalid_argument);
  }
  Case full{.registers = {}, .words = std::vector<Entry>(words_at_most, {tables_first, 1}), .queries = {}};
  CHECK_NOTHROW(encode({full}));
  full.words.push_back({tables_first, 1});
  CHECK_THROWS_AS(encode({full}), std::invalid_argument);
}

TEST_CASE("Answers are the identification and a word for each query, neither fewer nor more") {
  const std::string bytes = words({1, 2, 3, 0xA0B, 0xFF0000001234FA00});
  const Answers answers = decode(bytes, 2);
  CHECK(answers.cpu.mmfr0 == 1);
  CHECK(answers.cpu.mmfr1 == 2);
  CHECK(answers.cpu.mmfr2 == 3);
  CHECK(answers.words == std::vector<uint64_t>{0xA0B, 0xFF0000001234FA00});
  CHECK_THROWS_AS(decode(bytes, 1), std::runtime_error);
  CHECK_THROWS_AS(decode(bytes, 3), std::runtime_error);
  CHECK_THROWS_AS(decode(bytes.substr(0, bytes.size() - 1), 2), std::runtime_error);
  CHECK_THROWS_AS(decode("", 0), std::runtime_error);
}

TEST_CASE("An exception is no PAR_EL1") {
  CHECK(exception_of(0xFFFFFFFF96000155) == 0x96000155);
  CHECK_FALSE(exception_of(0xFF0FFFFFFFFFFB80));
  CHECK_FALSE(exception_of(0xA0B));
}

}  // namespace
}  // namespace bulkhead::qemu
