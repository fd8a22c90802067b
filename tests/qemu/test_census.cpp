#include "tests/qemu/census.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

using hw::Granule;
using hw::HighBits;

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

TEST_CASE("Every kind of descriptor at every level of every layout has a place") {
  const std::set<Place> places = reachable_places();
  // Three kinds a level, for 4 to 5, 3 to 4 and 3 levels, with 48 and with 52 bits.
  CHECK(places.size() == 3 * (4 + 5 + 3 + 4 + 3 + 3));
  const Layout kib4{Granule::kib4, HighBits::none};
  const Layout kib4_long{Granule::kib4, HighBits::of_ds};
  CHECK(places.contains({kib4, 0, DescriptorKind::reserved}));
  CHECK_FALSE(places.contains({kib4, 0, DescriptorKind::block}));
  CHECK_FALSE(places.contains({kib4, -1, DescriptorKind::table}));
  CHECK(places.contains({kib4_long, 0, DescriptorKind::block}));
  CHECK(places.contains({kib4_long, -1, DescriptorKind::reserved}));
  CHECK(places.contains({{Granule::kib64, HighBits::of_64kib}, 1, DescriptorKind::block}));
  CHECK(places.contains({{Granule::kib64, HighBits::none}, 1, DescriptorKind::reserved}));
  CHECK(places.contains({{Granule::kib16, HighBits::of_ds}, 0, DescriptorKind::table}));
}

TEST_CASE("QEMU shows all of them but those of the level that it refuses") {
  size_t hidden = 0;
  for (const Place& place : reachable_places()) { hidden += is_shown_by_qemu(place) ? 0 : 1; }
  CHECK(hidden == 3);
}

TEST_CASE("What was not asked is missing") {
  const Census census;
  const std::vector<std::string> missing = census.missing();
  CHECK(missing.size() == reachable_places().size() + 2 + 2 + 4 * 5);
  CHECK(contains(missing, "answer: translated"));
  CHECK(contains(missing, "answer: stage 2 permission fault, level 0"));
  CHECK(contains(missing, "answer: external abort on the walk, level 3"));
  CHECK(contains(missing, "block descriptor, level 0, 4 KiB, 52 bits"));
}

TEST_CASE("A query is counted by its answer and by the descriptors that its walk read") {
  // 39 bits from level 1: a table, in it an invalid entry.
  const hw::Registers registers{.vtcr = hw::VtcrEl2<Concrete>(25 | 1 << 6 | 5 << 16),
                                .vttbr = hw::VttbrEl2<Concrete>(tables_first),
                                .hcr = hw::HcrEl2<Concrete>(1)};
  const Memory memory({.registers = registers, .words = {{tables_first, (tables_first + 0x1000) | 3}}, .queries = {}});
  const Query query{0, hw::AccessKind::read_el1};
  const uint64_t fault = ask_model(registers, {}, memory, query, Departures::none()).answer;
  Census census;
  census.count(registers, {}, compare(registers, {}, memory, query, fault), fault);
  const std::vector<std::string> missing = census.missing();
  CHECK(missing.size() == Census().missing().size() - 3);
  CHECK_FALSE(contains(missing, "answer: stage 2 translation fault, level 2"));
  CHECK_FALSE(contains(missing, "table descriptor, level 1, 4 KiB"));
  CHECK_FALSE(contains(missing, "invalid descriptor, level 2, 4 KiB"));
  // What was not asked shows nothing that QEMU can show.
  Census unasked;
  unasked.count_unasked(ask_model(registers, {}, memory, query, Departures::none()));
  CHECK(unasked.missing().size() == Census().missing().size());
}

TEST_CASE("Kinds of answer") {
  CHECK(kind_of_answer(0xFF0000001234FA00) == "translated");
  CHECK(kind_of_answer(0xA0F) == "stage 2 translation fault, level 3");
  CHECK(kind_of_answer(0xA01) == "stage 2 address size fault, level 0");
  CHECK(kind_of_answer(0x801) == "stage 1 address size fault, level 0");
  CHECK(kind_of_answer(0xFFFFFFFF96000156) == "external abort on the walk, level 2");
  CHECK(kind_of_answer(0xFFFFFFFF96000007) == "exception, ESR_EL2 0x96000007");
  CHECK(kind_of_answer(0xA57) == "stage 2 translation fault, level -1");
  CHECK(kind_of_answer(0xA53) == "stage 2 address size fault, level -1");
  CHECK(kind_of_answer(0xFFFFFFFF96000153) == "external abort on the walk, level -1");
  CHECK(kind_of_answer(0xA61) == "stage 2 fault 0x30");
}

}  // namespace
}  // namespace bulkhead::qemu
