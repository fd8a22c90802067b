#include "cli/judge.hpp"

#include "tests/catch.hpp"

namespace bulkhead::cli {
namespace {

Deed call(Call which, std::vector<uint64_t> arguments) {
  trace::CallEvent event{.cpu = {}, .call = which, .arguments = {}};
  for (size_t i = 0; i < arguments.size(); ++i) { event.arguments.words[i] = Word<Concrete>(arguments[i]); }
  return event;
}

TEST_CASE("the three judges give the same rulings and see the same places") {
  const std::vector<Deed> deeds = {call(Call::frame_donate, {0x40000000}),
                                   call(Call::frame_donate, {0x40001000}),
                                   call(Call::compartment_create, {1, 0x40000000, 1}),
                                   call(Call::table_create, {1, 0, 1, 0x40001000}),
                                   call(Call::table_create, {1, 0, 1, 0x40001000}),
                                   call(Call::table_destroy, {1, 0, 1})};
  const auto spec = make_judge(Against::spec, {});
  const auto engine = make_judge(Against::engine, {});
  const auto both = make_judge(Against::both, {});
  for (const Deed& deed : deeds) {
    CAPTURE(in_words(deed));
    const Ruling ruling = spec->rule(deed);
    CHECK(engine->rule(deed).expected == ruling.expected);
    CHECK(both->rule(deed).expected == ruling.expected);
    const auto& event = std::get<trace::CallEvent>(ruling.expected);
    CHECK(engine->places(event) == spec->places(event));
    CHECK(both->places(event) == spec->places(event));
    CHECK(both->reason(event) == spec->reason(event));
  }
  CHECK_FALSE(both->disagreement());
}

}  // namespace
}  // namespace bulkhead::cli
