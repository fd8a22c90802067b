#include "impl/dispatch.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

Result<C> by_number(Bench& bench, uint64_t function, uint64_t argument) {
  Arguments<C> arguments;
  arguments.words[0] = Word<C>(argument);
  return dispatch(bench.engine, Cpu<C>(2), Word<C>(function), arguments);
}

TEST_CASE("a call by its function number is that call") {
  Bench bench;
  CHECK(by_number(bench, 0xC6000100, 0).status == Status::ok);
  CHECK(raw(by_number(bench, 0xC6000100, 0).outputs[0]) == 0x00010000);
  CHECK(by_number(bench, 0xC6000102, pa(0)).status == Status::ok);
  CHECK(bench.state(pa(0)) == FrameState::spare);
  CHECK(by_number(bench, uint64_t{1} << 32 | 0xC6000103, pa(0)).status == Status::ok);
  CHECK(bench.state(pa(0)) == FrameState::host);
}

TEST_CASE("an unknown function number is unsupported") {
  Bench bench;
  for (const uint64_t unknown :
       {uint64_t{0}, uint64_t{0xC60000FF}, uint64_t{calls.back().number} + 1, ~uint64_t{0}, uint64_t{0x46000101},
        uint64_t{0x86000101}, uint64_t{0xC6010101}, uint64_t{0xC7000101}}) {
    CHECK(by_number(bench, unknown, 0).status == Status::unsupported);
    CHECK(bench.changes().empty());
  }
}

TEST_CASE("a call happens on its CPU, under the lock") {
  Bench bench;
  (void)by_number(bench, 0xC6000101, 0);
  CHECK(raw(bench.engine.hardware.cpu()) == 2);
  CHECK(bench.effects() == Lines{"exception", "lock", "unlock", "eret"});
}

TEST_CASE("who may call") {
  CallRow row = row_of(Call::version);
  const CompartmentId<C> host(0);
  const CompartmentId<C> guest(7);
  row.caller = Caller::anyone;
  CHECK(static_cast<bool>(may_call<C>(row, host) & may_call<C>(row, guest)));
  row.caller = Caller::host;
  CHECK(static_cast<bool>(may_call<C>(row, host) & !may_call<C>(row, guest)));
  row.caller = Caller::guest;
  CHECK(static_cast<bool>(!may_call<C>(row, host) & may_call<C>(row, guest)));
}

}  // namespace
}  // namespace bulkhead::impl::test
