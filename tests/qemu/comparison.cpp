#include "tests/qemu/comparison.hpp"

#include "tests/qemu/demands.hpp"

namespace bulkhead::qemu {
namespace {

/// Whether the instruction as a whole gives the answer that was worked out step by step. An external abort is none of
/// its answers.
bool is_of_instruction(const hw::Registers& registers, const hw::Features& features, const Memory& memory,
                       const Query& query, const Opinion& model) {
  if (exception_of(model.answer)) { return true; }
  const auto read = [&memory](Pa<Concrete> pa) { return Word<Concrete>(memory.at(raw(pa))); };
  const Ipa<Concrete> address(query.address);
  return raw(hw::address_translation(registers, features, address, query.kind, read)) == model.answer;
}

}  // namespace

Compared compare(const hw::Registers& registers, const hw::Features& features, const Memory& memory, const Query& query,
                 uint64_t answer) {
  const auto ask = [&](Departures departures) { return ask_model(registers, features, memory, query, departures); };
  Compared compared{.model = ask(Departures::none()), .expected = ask(Departures::all())};
  if (compared.expected.answer != answer) { return compared; }
  if (!is_of_instruction(registers, features, memory, query, compared.model)) { return compared; }
  const auto demand = demand_on(registers, features, compared.expected);
  if (demand && !demand->is_met_by(compared.model.answer)) {
    compared.judgement = Judgement::follows_qemu;
    return compared;
  }
  if (compared.model.answer == answer) {
    compared.judgement = Judgement::same;
    return compared;
  }
  compared.judgement = Judgement::explained;
  Departures needed = Departures::all();
  for (size_t i = 0; i < departure_texts.size(); ++i) {
    const auto departure = static_cast<Departure>(i);
    if (ask(needed.without(departure)).answer == answer) {
      needed = needed.without(departure);
    } else {
      compared.departures.push_back(departure);
    }
  }
  return compared;
}

}  // namespace bulkhead::qemu
