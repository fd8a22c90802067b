#include "refine/reach.hpp"

#include <fmt/format.h>

#include "model/guest_registers.hpp"
#include "refine/snapshot.hpp"
#include "tests/catch.hpp"
#include "tests/refine/random_calls.hpp"

/// The way that is written down to a state leads to that state.
namespace bulkhead::refine {
namespace {

using C = Concrete;

/// A machine after random calls.
struct Grown {
  Lockstep machine{MachineDescription{}};

  explicit Grown(uint64_t seed) {
    RandomCalls random(seed);
    for (unsigned i = 0; i < 400; ++i) {
      const auto deed = random.next(machine.spec());
      REQUIRE_FALSE(machine.call(deed.cpu, deed.call, deed.arguments).divergence);
    }
  }
};

/// What the spec makes of a machine at every frame, id and page that a state lists.
std::vector<std::string> meanings(const Lockstep& machine, const SmallState& listed) {
  std::vector<std::string> all;
  for (const auto& [frame, record] : listed.frames) {
    all.push_back(fmt::format("frame {:#x}: {}", frame, describe(view_frame(machine.spec(), Frame<C>(frame)))));
  }
  for (const auto& [at, record] : listed.vcpus) {
    all.push_back(
        fmt::format("vCPU {} of {}: {}", at.second, at.first,
                    describe(view_vcpu(machine.spec(), CompartmentId<C>(at.first), VcpuIndex<C>(at.second)))));
  }
  for (const auto& [id, record] : listed.compartments) {
    all.push_back(fmt::format("{}: {}", id, describe(view_compartment(machine.spec(), CompartmentId<C>(id)))));
    for (const auto& [word, value] : listed.words) {
      const auto table = listed.frame(word.first);
      if (table.state != FrameState::table || table.level != leaf_level || table.owner != id) { continue; }
      const Page<C> page(table.base | word.second);
      all.push_back(fmt::format("{} at {:#x}: {}", id, raw(page),
                                describe(view_page(machine.spec(), CompartmentId<C>(id), page))));
    }
  }
  return all;
}

TEST_CASE("a state that a machine has come to is built anew") {
  unsigned built = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const Grown grown(seed);
    const SmallState state = snapshot(grown.machine, {});
    REQUIRE(state.violations().empty());
    const Way way = way_to(state);
    if (!way.why_not.empty()) { continue; }
    ++built;
    Lockstep again(way.machine);
    for (const trace::Deed& deed : way.deeds) {
      const auto* call = std::get_if<trace::CallEvent>(&deed);
      if (call == nullptr) { continue; }
      const Answers answers = again.call(call->cpu, call->call, call->arguments);
      CAPTURE(name_of(call->call));
      REQUIRE_FALSE(answers.divergence);
      REQUIRE(answers.spec.status == Status::ok);
    }
    CHECK(meanings(again, state) == meanings(grown.machine, state));
  }
  CHECK(built >= 30);
}

TEST_CASE("what no call makes has no way") {
  SmallState state;
  FrameRecord& context = state.frames[0x40000];
  context.state = FrameState::vcpu;
  context.ram = true;
  CHECK(way_to(state).why_not == "a vCPU frame without its vCPU");
  state.frames[0x40001].state = FrameState::root;
  state.frames[0x40001].owner = context.owner = 1;
  state.frames[0x40001].ram = true;
  state.compartments[1] = {CompartmentState::active, 0x40001, 1};
  state.vcpus[{1, 0}] = {VcpuState::off, 0x40000};
  CHECK(way_to(state).why_not == "a vCPU that PSCI turned on or off");
  state.vcpus[{1, 0}].state = VcpuState::on;
  state.words[{0x40000, context_place("PC")}] = 0x1000;
  REQUIRE(state.violations().empty());
  CHECK(way_to(state).why_not.empty());
  state.words[{0x40000, context_place("PSTATE")}] = 0;
  CHECK(way_to(state).why_not == "a vCPU with a context that is not new");
  CHECK(way_to(state).deeds.empty());
}

TEST_CASE("a machine has RAM where the state has it, and room for the engine behind") {
  SmallState state;
  state.frames[0x40000] = {FrameState::spare, 0, 0, 0, 0, 0, true, false, false, 0};
  CHECK(way_to(state).machine == MachineDescription{});
  state.frames[uint64_t{1} << 30] = state.frames[0x40000];
  const Way way = way_to(state);
  CHECK_FALSE(way.machine.problem());
  CHECK(way.machine.ram == std::vector<AddressRange>{{0x40000000, 0x80000000}, {0x40000000000, 0x40080000000}});
  state.frames[low_mask(36)] = state.frames[0x40000];
  CHECK(way_to(state).why_not == "RAM ends where the engine would keep its own");
}

}  // namespace
}  // namespace bulkhead::refine
