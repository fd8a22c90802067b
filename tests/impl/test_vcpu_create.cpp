#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

using Lines = std::vector<std::string>;

VcpuState vcpu_state(const Bench& bench, uint64_t cid, uint64_t index) {
  return enumerator(bench.engine.vcpus.state.get(CompartmentId<C>(cid), VcpuIndex<C>(index)));
}

TEST_CASE("vcpu_create writes the registers of a vCPU to a spare frame") {
  BuiltBench bench;
  bench.must(Call::vcpu_create, {1, 3, pa(7), 0x80000, 0x1234});
  CHECK(bench.changes() == Lines{"store 0x40007000[33] = 0x3c5", "store 0x40007000[100] = 0x30d00980",
                                 "store 0x40007000[32] = 0x80000", "store 0x40007000[0] = 0x1234"});
  CHECK(bench.state(pa(7)) == FrameState::vcpu);
  CHECK(bench.owner(pa(7)) == 1);
  CHECK(raw(bench.engine.frames.parent_index.get(frame_of(Pa<C>(pa(7))))) == 3);
  CHECK(raw(bench.engine.vcpus.frame.get(CompartmentId<C>(1), VcpuIndex<C>(3))) == pa(7) >> page_shift);
  CHECK(vcpu_state(bench, 1, 3) == VcpuState::off);
  CHECK(vcpu_state(bench, 1, 2) == VcpuState::none);
}

TEST_CASE("the first vCPU is on, every other one off") {
  BuiltBench bench;
  for (uint64_t index = 0; index < 4; ++index) { bench.must(Call::vcpu_create, {1, index, pa(9 + index), 0, 0}); }
  CHECK(vcpu_state(bench, 1, 0) == VcpuState::on);
  for (uint64_t index = 1; index < 4; ++index) { CHECK(vcpu_state(bench, 1, index) == VcpuState::off); }
}

TEST_CASE("vcpu_create is refused") {
  BuiltBench bench;
  check_denied(bench, Call::vcpu_create, {1, 0, pa(7), 0, 0});
  for (const uint64_t bad : bad_ids) {
    check_refused(bench, Status::bad_argument, Call::vcpu_create, {bad, 0, pa(7), 0, 0});
  }
  for (const uint64_t bad : {uint64_t{512}, uint64_t{1} << 32}) {
    check_refused(bench, Status::bad_argument, Call::vcpu_create, {1, bad, pa(7), 0, 0});
    check_refused(bench, Status::bad_argument, Call::vcpu_create, {1, bad, device_pa, 0, 0});
  }
  for (const uint64_t bad : {pa(7) + 8, device_pa}) {
    check_refused(bench, Status::bad_address, Call::vcpu_create, {2, 0, bad, 0, 0});
  }
  check_refused(bench, Status::no_such, Call::vcpu_create, {2, 0, pa(16), 0, 0});
  for (const uint64_t bad : {pa(0), pa(1), pa(8), pa(16)}) {
    check_refused(bench, Status::bad_state, Call::vcpu_create, {1, 4, bad, 0, 0});
  }
  check_refused(bench, Status::bad_argument, Call::vcpu_create, {1, 4, pa(7), 0, 0});
  bench.must(Call::vcpu_create, {1, 2, pa(7), 0, 0});
  check_refused(bench, Status::in_use, Call::vcpu_create, {1, 2, pa(9), 0, 0});
  bench.must(Call::compartment_activate, {1});
  check_refused(bench, Status::bad_state, Call::vcpu_create, {1, 3, pa(9), 0, 0});
}

}  // namespace
}  // namespace bulkhead::impl::test
