#include "tests/qemu/study.hpp"

#include <ostream>
#include <stdexcept>

#include "tests/qemu/features.hpp"
#include "tests/qemu/generator.hpp"
#include "tests/qemu/memory.hpp"
#include "tests/qemu/setting.hpp"
#include "tests/qemu/vectors.hpp"

namespace bulkhead::qemu {
namespace {

/// Takes the queries out that QEMU cannot be asked.
void remove_unaskable(std::vector<Case>& cases, const hw::Features& features, Tally& tally) {
  for (Case& of : cases) {
    const Memory memory(of);
    std::erase_if(of.queries, [&](const Query& query) {
      const Opinion model = ask_model(of.registers, features, memory, query, Departures::none());
      const Opinion expected = ask_model(of.registers, features, memory, query, Departures::all());
      if (expected.obstacle != Obstacle::none) { tally.count_unasked(model, expected.obstacle); }
      return expected.obstacle != Obstacle::none;
    });
  }
}

/// Keeps the case with its answers, which are the next ones.
void keep(const Case& of, const hw::Features& features, std::vector<uint64_t>::const_iterator answer,
          std::ostream& vectors) {
  const auto end = answer + static_cast<std::ptrdiff_t>(of.queries.size());
  vectors << encode(Vector{.features = features, .of = of, .answers = {answer, end}});
}

void compare_all(const std::vector<Case>& cases, const hw::Features& features, const Answers& answers, Tally& tally,
                 std::ostream* vectors) {
  auto answer = answers.words.begin();
  for (const Case& of : cases) {
    if (vectors != nullptr) { keep(of, features, answer, *vectors); }
    const Memory memory(of);
    for (const Query& query : of.queries) {
      const uint64_t par = *answer++;
      tally.count(of, features, query, compare(of.registers, features, memory, query, par), par);
    }
  }
}

}  // namespace

void study(const Machine& machine, uint64_t seed, size_t queries, Tally& tally, std::ostream* vectors) {
  const hw::Features features = features_of(machine.answer({}).cpu);
  for (size_t compared = 0; compared < queries; ++seed) {
    std::vector<Case> cases = generate(features, seed, queries - compared);
    remove_unaskable(cases, features, tally);
    compare_all(cases, features, machine.answer(cases), tally, vectors);
    compared += count_queries(cases);
  }
}

bool ends_at_block_of_level_minus_1(const Machine& machine) {
  // Access is allowed, but AF is 0.
  constexpr uint64_t block = 0b11 << 6 | 0b01;
  const uint64_t vtcr =
      hw::vtcr_el2::T0SZ::of(12) | hw::vtcr_el2::SL2::of(1) | hw::vtcr_el2::PS::of(0b110) | hw::vtcr_el2::DS::of(1);
  const Case of{.registers = {.vtcr = hw::VtcrEl2<Concrete>(vtcr),
                              .vttbr = hw::VttbrEl2<Concrete>(tables_first),
                              .hcr = hw::HcrEl2<Concrete>(hw::hcr_el2::VM::mask | hcr_rw)},
                .words = {{tables_first, block}},
                .queries = {{0, hw::AccessKind::read_el1}}};
  try {
    machine.answer({of});
  } catch (const std::runtime_error& error) {
    return std::string_view(error.what()).find("arm_fi_to_lfsc") != std::string_view::npos;
  }
  return false;
}

}  // namespace bulkhead::qemu
