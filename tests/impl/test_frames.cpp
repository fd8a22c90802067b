#include "impl/frames.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

TEST_CASE("a frame that is not in the state believed is not zeroed") {
  BuiltBench bench;
  CHECK_THROWS_AS(make_spare(bench.engine, frame_of(Pa<C>(pa(16))), FrameState::data), Fault);
  CHECK(bench.state(pa(16)) == FrameState::host);
  CHECK(bench.word(pa(16)) == pa(16));
}

}  // namespace
}  // namespace bulkhead::impl::test
