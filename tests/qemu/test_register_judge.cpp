#include "tests/qemu/register_judge.hpp"

#include <set>

#include "tests/catch.hpp"

namespace bulkhead::qemu {
namespace {

constexpr Outcome done = Outcome::done;
constexpr Outcome undefined = Outcome::undefined;
constexpr Outcome trapped = Outcome::trapped;

constexpr Scanned holds{done, done, 0xFF};
constexpr Scanned ignores{done, done, 0};

constexpr size_t number_of(const Encoding& e) {
  return size_t{e.op0 - 2} << 14 | e.op1 << 11 | e.crn << 7 | e.crm << 3 | e.op2;
}

constexpr Encoding saved_one{3, 0, 1, 0, 0};
constexpr Encoding fixed_one{3, 0, 12, 12, 5};
constexpr Encoding trapped_one{2, 0, 0, 2, 2};
constexpr Encoding priority{3, 0, 1, 2, 4};

/// The rows that the judge knows QEMU not to trap are part of every table.
std::vector<GuestRegister> small_table() {
  return {{"X<n>", {}, Keeping::saved},
          {"SCTLR_EL1", Encodings{3, 0, 1, 0, 0}, Keeping::saved},
          {"ICC_SRE_EL1", Encodings{3, 0, 12, 12, 5}, Keeping::fixed},
          {"MDSCR_EL1", Encodings{2, 0, 0, {2, 3}, 2}, Keeping::trapped},
          {"S3_<op1>_C11_*", Encodings{3, {0, 7}, 11, {0, 15}, {0, 7}}, Keeping::trapped},
          {"S3_<op1>_C15_*", Encodings{3, {0, 7}, 15, {0, 15}, {0, 7}}, Keeping::trapped},
          {"SMPRI_EL1", Encodings{3, 0, 1, 2, 4}, Keeping::trapped}};
}

Scan small_scan() {
  Scan scan(encodings);
  scan[number_of(saved_one)] = holds;
  scan[number_of(fixed_one)] = ignores;
  scan[number_of(trapped_one)] = {trapped, trapped, 0};
  scan[number_of({3, 1, 11, 0, 2})] = ignores;
  scan[number_of({3, 1, 15, 2, 0})] = ignores;
  scan[number_of(priority)] = ignores;
  return scan;
}

/// What is wrong if one register is another way.
std::vector<std::string> with(const Encoding& encoding, const Scanned& scanned) {
  Scan scan = small_scan();
  scan[number_of(encoding)] = scanned;
  return problems_of(small_table(), std::vector<Scan>{scan});
}

using Problems = std::vector<std::string>;

TEST_CASE("A table that has every register, and no other") {
  CHECK(problems_of(small_table(), std::vector<Scan>{small_scan()}).empty());
  // What cannot be written needs no row.
  CHECK(with({3, 0, 0, 0, 0}, {done, undefined, 0}).empty());
}

TEST_CASE("A register without a row") {
  CHECK(with({3, 3, 13, 0, 5}, holds) == Problems{"S3_3_C13_C0_5: holds what a guest writes (0xff), and has no row"});
  CHECK(with({3, 3, 13, 0, 5}, ignores) == Problems{"S3_3_C13_C0_5: can be written, and has no row"});
  CHECK(with({3, 3, 9, 12, 4}, {undefined, done, 0}) == Problems{"S3_3_C9_C12_4: can be written, and has no row"});
  CHECK(with({3, 0, 0, 4, 0}, {trapped, undefined, 0}) == Problems{"S3_0_C0_C4_0: is trapped, and has no row"});
}

TEST_CASE("A register with two rows") {
  std::vector<GuestRegister> table = small_table();
  table.push_back({"again", Encodings{3, 0, 1, 0, {0, 3}}, Keeping::saved});
  const Problems expected = {"S3_0_C1_C0_0: has two rows, SCTLR_EL1 and again"};
  CHECK(problems_of(table, std::vector<Scan>{small_scan()}) == expected);
}

TEST_CASE("A row that does not say what becomes of its register") {
  CHECK(with(saved_one, {trapped, trapped, 0}) == Problems{"S3_0_C1_C0_0: is trapped, against row SCTLR_EL1"});
  CHECK(with(saved_one, {done, trapped, 0}) == Problems{"S3_0_C1_C0_0: is trapped, against row SCTLR_EL1"});
  CHECK(with(fixed_one, holds) ==
        Problems{"S3_0_C12_C12_5: holds what a guest writes (0xff), against row ICC_SRE_EL1"});
  CHECK(with(trapped_one, ignores) == Problems{"S2_0_C0_C2_2: can be written, against row MDSCR_EL1"});
}

TEST_CASE("What QEMU is known not to trap may hold nothing") {
  CHECK(with(priority, holds) == Problems{"S3_0_C1_C2_4: holds what a guest writes (0xff), against row SMPRI_EL1",
                                          "SMPRI_EL1: QEMU does not depart here: CPTR_EL2.TSM does not count for it"});
  CHECK(with(priority, {trapped, trapped, 0}) ==
        Problems{"SMPRI_EL1: QEMU does not depart here: CPTR_EL2.TSM does not count for it"});
}

TEST_CASE("A row without a register") {
  CHECK(with(saved_one, {undefined, undefined, 0}) == Problems{"SCTLR_EL1: no CPU has such a register"});
}

TEST_CASE("A register that some CPU has is enough") {
  Scan without = small_scan();
  without[number_of(saved_one)] = {};
  CHECK(problems_of(small_table(), std::vector<Scan>{without, small_scan()}).empty());
}

TEST_CASE("A scan is read as it was written") {
  std::string bytes(encodings * 16, '\0');
  const size_t at = number_of(trapped_one) * 16;
  bytes[at] = 2;
  bytes[at + 1] = 1;
  bytes[at + 8] = 7;
  const Scanned scanned = decode_scan(bytes)[number_of(trapped_one)];
  CHECK(scanned.read == trapped);
  CHECK(scanned.write == undefined);
  CHECK(scanned.held == 7);
  CHECK_THROWS(decode_scan(bytes.substr(1)));
  bytes[at] = 3;
  CHECK_THROWS(decode_scan(bytes));
}

TEST_CASE("Encodings are numbered as instructions have them") {
  for (const size_t number : {size_t{0}, size_t{0x2A5F}, encodings - 1}) {
    CHECK(number_of(encoding_of(number)) == number);
  }
  CHECK(name_of(encoding_of(0)) == "S2_0_C0_C0_0");
  CHECK(name_of(encoding_of(encodings - 1)) == "S3_7_C15_C15_7");
}

}  // namespace
}  // namespace bulkhead::qemu
