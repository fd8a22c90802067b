#include "tests/qemu/comparison.hpp"

#include "tests/qemu/demands.hpp"

namespace bulkhead::qemu {

Compared compare(const hw::Registers& registers, const hw::Features& features, const Memory& memory, const Query& query,
                 uint64_t answer) {
  const auto ask = [&](Departures departures) { return ask_model(registers, features, memory, query, departures); };
  Compared compared{.model = ask(Departures::none()), .expected = ask(Departures::all())};
  if (compared.expected.answer != answer) { return compared; }
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
