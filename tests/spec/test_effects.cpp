#include "tests/catch.hpp"
#include "tests/spec/bench.hpp"

namespace bulkhead::spec::test {
namespace {

TEST_CASE("at boot every frame is the host's, a device, or the engine's") {
  const Bench bench;
  CHECK(bench.state(pa(0)) == FrameState::host);
  CHECK(bench.state(0x7F9FC000) == FrameState::host);
  CHECK(bench.state(0x7F9FD000) == FrameState::engine);
  CHECK(bench.state(0x7FFFF000) == FrameState::engine);
  CHECK(bench.state(device_pa) == FrameState::device);
  CHECK(bench.state(0x08000000) == FrameState::engine);
  CHECK(bench.life(1) == CompartmentState::free);
  CHECK(bench.access(1, 0) == Access::none);
  CHECK(bench.ipa_state(1, 0) == IpaState::empty);
  CHECK(bench.table(1, 1, 0) == 0);
  CHECK(!bench.is_zero(pa(0)));
  CHECK(bench.is_zero(0x7F9FD000));
}

TEST_CASE("version and features answer") {
  Bench bench;
  bench.must(Call::version, {});
  CHECK(bench.output() == 0x00010000);
  bench.must(Call::features, {});
  CHECK(bench.output() == 1);
}

TEST_CASE("a donated frame is spare and zero until it is reclaimed, and zero still") {
  Bench bench;
  bench.must(Call::frame_donate, {pa(0)});
  CHECK(bench.state(pa(0)) == FrameState::spare);
  CHECK(bench.is_zero(pa(0)));
  CHECK(!bench.spec.host_can_access(frame_of(Pa<C>(pa(0)))));
  bench.must(Call::frame_reclaim, {pa(0)});
  CHECK(bench.state(pa(0)) == FrameState::host);
  CHECK(bench.is_zero(pa(0)));
}

TEST_CASE("the life of a compartment") {
  Bench bench;
  bench.must(Call::frame_donate, {pa(0)});
  bench.must(Call::compartment_create, {7, pa(0), 3});
  CHECK(bench.life(7) == CompartmentState::created);
  CHECK(raw(bench.spec.compartments.root.get(CompartmentId<C>(7))) == pa(0) >> page_shift);
  CHECK(raw(bench.spec.compartments.vcpus.get(CompartmentId<C>(7))) == 3);
  CHECK(bench.state(pa(0)) == FrameState::root);
  CHECK(bench.owner(pa(0)) == 7);
  bench.must(Call::compartment_activate, {7});
  CHECK(bench.life(7) == CompartmentState::active);
  bench.must(Call::compartment_stop, {7});
  CHECK(bench.life(7) == CompartmentState::stopping);
  bench.must(Call::compartment_destroy, {7});
  CHECK(bench.life(7) == CompartmentState::free);
  CHECK(bench.state(pa(0)) == FrameState::spare);
  CHECK(bench.owner(pa(0)) == 0);
}

TEST_CASE("a vCPU begins with what it is given, all else at reset, and leaves a zeroed frame") {
  BuiltBench bench;
  const Frame<C> frame = frame_of(Pa<C>(pa(7)));
  const auto word = [&](uint64_t place) { return raw(bench.spec.frames.content.load(frame, Index<C>(place))); };
  const auto state = [&](uint64_t cid, uint64_t index) {
    return enumerator(bench.spec.vcpus.state.get(CompartmentId<C>(cid), VcpuIndex<C>(index)));
  };
  bench.must(Call::vcpu_create, {1, 0, pa(9), 0, 0});
  bench.must(Call::vcpu_create, {1, 3, pa(7), 0x80000, 0x1234});
  CHECK(state(1, 0) == VcpuState::on);
  CHECK(state(1, 3) == VcpuState::off);
  CHECK(state(1, 2) == VcpuState::none);
  CHECK(state(2, 3) == VcpuState::none);
  CHECK(bench.state(pa(7)) == FrameState::vcpu);
  CHECK(bench.owner(pa(7)) == 1);
  CHECK(word(0) == 0x1234);
  CHECK(word(32) == 0x80000);
  CHECK(word(33) == 0x3C5);
  CHECK(word(100) == 0x30D00980);
  uint64_t others = 0;
  for (uint64_t place = 0; place < entries_per_table; ++place) { others += word(place) != 0 ? 1 : 0; }
  CHECK(others == 4);
  bench.must(Call::vcpu_destroy, {1, 3});
  CHECK(bench.output() == pa(7));
  CHECK(state(1, 3) == VcpuState::none);
  CHECK(state(1, 0) == VcpuState::on);
  CHECK(bench.state(pa(7)) == FrameState::spare);
  CHECK(bench.owner(pa(7)) == 0);
  CHECK(bench.is_zero(pa(7)));
}

TEST_CASE("a compartment that has a vCPU is not destroyed") {
  Bench bench;
  for (const uint64_t n : {0, 1}) { bench.must(Call::frame_donate, {pa(n)}); }
  bench.must(Call::compartment_create, {1, pa(0), 512});
  bench.must(Call::vcpu_create, {1, 511, pa(1), 0, 0});
  bench.must(Call::compartment_stop, {1});
  CHECK(bench.refusal(Call::compartment_destroy, {1}) == "the compartment has a vCPU");
  bench.must(Call::vcpu_destroy, {1, 511});
  bench.must(Call::compartment_destroy, {1});
}

TEST_CASE("a table serves exactly its span") {
  BuiltBench bench;
  for (const uint64_t level : {1, 2, 3}) {
    const uint64_t span = uint64_t{1} << (48 - 9 * level);
    CHECK(bench.table(level, 1, 0) == pa(level));
    CHECK(bench.table(level, 1, span - 0x1000) == pa(level));
    CHECK(bench.table(level, 1, span) == 0);
    CHECK(bench.table(level, 1, shared - 0x1000) == 0);
    CHECK(bench.table(level, 1, shared) == pa(3 + level));
    CHECK(bench.table(level, 2, 0) == 0);
  }
  CHECK(bench.state(pa(3)) == FrameState::table);
  CHECK(bench.owner(pa(3)) == 1);
}

TEST_CASE("page_map and page_load give a page, page_unmap destroys it") {
  BuiltBench bench;
  CHECK(bench.access(1, 0x2000) == Access::read_write);
  CHECK(bench.mapped(1, 0x2000) == pa(8));
  CHECK(bench.state(pa(8)) == FrameState::data);
  CHECK(bench.owner(pa(8)) == 1);
  CHECK(bench.is_zero(pa(8)));
  bench.must(Call::page_load, {1, 0x1000, pa(9), pa(20)});
  CHECK(bench.spec.frames.content.words(frame_of(Pa<C>(pa(9)))) ==
        bench.spec.frames.content.words(frame_of(Pa<C>(pa(20)))));
  bench.must(Call::page_unmap, {1, 0x1000});
  CHECK(bench.output() == pa(9));
  CHECK(bench.is_zero(pa(9)));
  CHECK(bench.state(pa(9)) == FrameState::spare);
  CHECK(bench.owner(pa(9)) == 0);
  CHECK(bench.access(1, 0x1000) == Access::none);
  CHECK(bench.ipa_state(1, 0x1000) == IpaState::destroyed);
}

TEST_CASE("page_share and page_unshare leave the page and its content the compartment's") {
  BuiltBench bench;
  const Frame<C> frame = frame_of(Pa<C>(pa(8)));
  bench.spec.frames.content.fill(frame, Word<C>(7), 0);
  bench.must(Call::compartment_activate, {1});
  for (const bool shared : {true, false}) {
    REQUIRE(bench.call(shared ? Call::page_share : Call::page_unshare, {0x2000}, 1) == Status::ok);
    CHECK(static_cast<bool>(bench.spec.host_can_access(frame)) == shared);
    CHECK(bench.owner(pa(8)) == 1);
    CHECK(bench.sharer(pa(8)) == 0);
    CHECK(bench.access(1, 0x2000) == Access::read_write);
    CHECK(bench.mapped(1, 0x2000) == pa(8));
    CHECK(!bench.is_zero(pa(8)));
  }
}

TEST_CASE("a page that is shared is zeroed before the host gets it back") {
  for (const bool by_guest : {true, false}) {
    BuiltBench bench;
    bench.spec.frames.content.fill(frame_of(Pa<C>(pa(8))), Word<C>(7), 0);
    bench.must(Call::compartment_activate, {1});
    REQUIRE(bench.call(Call::page_share, {0x2000}, 1) == Status::ok);
    const Status status =
        by_guest ? bench.call(Call::page_relinquish, {0x2000}, 1) : bench.call(Call::page_unmap, {1, 0x2000});
    REQUIRE(status == Status::ok);
    CHECK(bench.state(pa(8)) == FrameState::spare);
    CHECK(bench.owner(pa(8)) == 0);
    CHECK(bench.is_zero(pa(8)));
    CHECK(bench.access(1, 0x2000) == Access::none);
    CHECK(bench.ipa_state(1, 0x2000) == (by_guest ? IpaState::empty : IpaState::destroyed));
  }
}

TEST_CASE("shared_map and shared_unmap leave the frame and its content the host's") {
  BuiltBench bench;
  CHECK(bench.access(1, shared + 0x1000) == Access::read);
  CHECK(bench.mapped(1, shared + 0x1000) == pa(20));
  CHECK(bench.state(pa(20)) == FrameState::host);
  CHECK(bench.sharer(pa(20)) == 1);
  bench.must(Call::shared_map, {1, shared, pa(21), 1});
  CHECK(bench.access(1, shared) == Access::read_write);
  bench.must(Call::shared_unmap, {1, shared});
  CHECK(bench.output() == pa(21));
  CHECK(bench.access(1, shared) == Access::none);
  CHECK(bench.ipa_state(1, shared) == IpaState::empty);
  CHECK(bench.sharer(pa(21)) == 0);
  CHECK(!bench.is_zero(pa(21)));
}

TEST_CASE("a table that goes leaves alike pages as they are, others destroyed") {
  BuiltBench bench;
  bench.must(Call::table_create, {1, 0x200000, 3, pa(9)});
  bench.must(Call::table_destroy, {1, 0x200000, 3});
  CHECK(bench.output() == pa(9));
  CHECK(bench.state(pa(9)) == FrameState::spare);
  CHECK(bench.owner(pa(9)) == 0);
  CHECK(bench.table(3, 1, 0x200000) == 0);
  CHECK(bench.ipa_state(1, 0x200000) == IpaState::empty);
  bench.must(Call::page_unmap, {1, 0x2000});
  bench.must(Call::table_destroy, {1, 0, 3});
  CHECK(bench.ipa_state(1, 0) == IpaState::destroyed);
  CHECK(bench.ipa_state(1, 0x1FF000) == IpaState::destroyed);
  CHECK(bench.ipa_state(1, 0x200000) == IpaState::empty);
  bench.must(Call::table_create, {1, 0, 3, pa(3)});
  CHECK(bench.ipa_state(1, 0x5000) == IpaState::destroyed);
  bench.must(Call::table_destroy, {1, 0, 3});
  CHECK(bench.ipa_state(1, 0x5000) == IpaState::destroyed);
}

TEST_CASE("a stopping compartment keeps no IPA state") {
  BuiltBench bench;
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::page_unmap, {1, 0x2000});
  CHECK(bench.ipa_state(1, 0x2000) == IpaState::empty);
  CHECK(bench.ipa_state(1, 0x1000) == IpaState::ram);
  bench.must(Call::table_destroy, {1, 0, 3});
  CHECK(bench.ipa_state(1, 0x1000) == IpaState::empty);
}

TEST_CASE("a new compartment with an old id finds nothing") {
  BuiltBench bench;
  bench.must(Call::page_unmap, {1, 0x2000});
  bench.must(Call::shared_unmap, {1, shared + 0x1000});
  for (const uint64_t level : {3, 2, 1}) {
    bench.must(Call::table_destroy, {1, 0, level});
    bench.must(Call::table_destroy, {1, shared, level});
  }
  REQUIRE(bench.ipa_state(1, 0x1000) == IpaState::destroyed);
  bench.must(Call::compartment_stop, {1});
  bench.must(Call::compartment_destroy, {1});
  for (const uint64_t ipa : {uint64_t{0}, uint64_t{0x1000}, shared, 2 * shared - 0x1000}) {
    CHECK(bench.ipa_state(1, ipa) == IpaState::empty);
  }
}

}  // namespace
}  // namespace bulkhead::spec::test
