#include "model/guest_registers.hpp"

#include <map>
#include <string>

#include "tests/catch.hpp"

namespace bulkhead {
namespace {

unsigned count(const Numbers& numbers) { return numbers.last - numbers.first + 1; }
unsigned count(const Encodings& e) { return count(e.op0) * count(e.op1) * count(e.crn) * count(e.crm) * count(e.op2); }

bool overlap(const Numbers& a, const Numbers& b) { return a.first <= b.last && b.first <= a.last; }
bool overlap(const Encodings& a, const Encodings& b) {
  return overlap(a.op0, b.op0) && overlap(a.op1, b.op1) && overlap(a.crn, b.crn) && overlap(a.crm, b.crm) &&
         overlap(a.op2, b.op2);
}

const GuestRegister* row_of(std::string_view name) {
  const auto* const row = std::find_if(guest_registers.begin(), guest_registers.end(),
                                       [name](const GuestRegister& r) { return r.name == name; });
  return row == guest_registers.end() ? nullptr : row;
}

TEST_CASE("No two rows have a name or an encoding in common") {
  for (const GuestRegister& a : guest_registers) {
    CHECK(row_of(a.name) == &a);
    for (const GuestRegister& b : guest_registers) {
      if (&a == &b || !a.encodings || !b.encodings) { continue; }
      INFO(a.name << ", " << b.name);
      CHECK_FALSE(overlap(*a.encodings, *b.encodings));
    }
  }
}

TEST_CASE("The registers that no MRS of a guest names are those of the architecture") {
  // DDI 0487 B1.2 and C5.2: X0 to X30, PC, V0 to V31 of 128 bits, PSTATE; SP at EL1 is SP_EL1.
  const std::map<std::string_view, unsigned> expected = {
      {"X<n>", 31}, {"SP_EL1", 1}, {"PC", 1}, {"PSTATE", 1}, {"V<n>", 64}};
  std::map<std::string_view, unsigned> found;
  for (const GuestRegister& row : guest_registers) {
    if (row.encodings) { continue; }
    CHECK(row.keeping == Keeping::saved);
    found[row.name] = row.words;
  }
  CHECK(found == expected);
}

TEST_CASE("A saved system register has a word of context") {
  for (const GuestRegister& row : guest_registers) {
    INFO(row.name);
    if (row.keeping == Keeping::saved && row.encodings) { CHECK(row.words == count(*row.encodings)); }
    if (row.keeping != Keeping::saved) { CHECK((row.words == 1 && row.reset == 0)); }
  }
}

TEST_CASE("A row says what keeps its register apart") {
  for (const GuestRegister& row : guest_registers) {
    INFO(row.name);
    CHECK(row.by.empty() == (row.keeping == Keeping::saved));
    if (row.keeping == Keeping::view) {
      REQUIRE(row_of(row.by) != nullptr);
      CHECK(row_of(row.by)->keeping == Keeping::saved);
    }
    if (row.keeping == Keeping::trapped || row.keeping == Keeping::fixed) {
      CHECK(row.by.find("_EL2.") != std::string_view::npos);
    }
  }
}

TEST_CASE("a context has its registers in the order of the table") {
  static_assert(context_place("X<n>") == 0);
  static_assert(context_place("SP_EL1") == 31);
  static_assert(context_place("PC") == 32);
  static_assert(context_place("V<n>") == context_place("PSTATE") + 1);
  static_assert(context_place("FPCR") == context_place("V<n>") + 64);
  REQUIRE(reset_context.size() == 2);
  CHECK(reset_context[0].place == context_place("PSTATE"));
  CHECK(reset_context[0].value == guest_register::reset_pstate);
  CHECK(reset_context[1].place == context_place("SCTLR_EL1"));
  CHECK(reset_context[1].value == guest_register::reset_sctlr);
}

}  // namespace
}  // namespace bulkhead
