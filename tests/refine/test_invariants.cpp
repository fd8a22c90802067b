#include "impl/dispatch.hpp"
#include "tests/catch.hpp"
#include "tests/refine/legal.hpp"
#include "tests/runs.hpp"

/// Each invariant can fail: a small change to a state that the engine built breaks it, and is seen.
namespace bulkhead::refine {
namespace {

using C = Concrete;
using Names = std::set<std::string_view>;

constexpr uint64_t first_ram = 0x40000;
constexpr uint64_t frame_number(uint64_t n) { return first_ram + n; }
constexpr uint64_t pa(uint64_t n) { return frame_number(n) << page_shift; }
constexpr uint64_t shared = uint64_t{1} << 47;
constexpr uint64_t device_frame = 0x10;
constexpr uint64_t block_frame = low_mask(36);  ///< in a GiB that the host maps as one block
constexpr uint64_t gib_frame = 0x80000;         ///< where a GiB of RAM begins
constexpr uint64_t block_bits = writable_page_bits & ~block_without;

Frame<C> frame(uint64_t n) { return Frame<C>(frame_number(n)); }

/// A booted engine with one compartment. Frames by number: 0 its root, 1 to 3 its private tables and 4 to 6 its
/// shared tables by level, 7 and 8 data, 9, 11 and 12 spare, 10 the context of vCPU 2, 20 and 21 shared; 30 is the
/// host's alone. Entry 1 of table 2 is a block that maps frames 512 to 1023.
struct Built {
  MachineDescription machine{.ram = {{0x40000000, 0x100000000}}};
  ConcreteEngine engine = impl::boot(machine);
  HostTables<C> host = host_tables_of(machine);

  Built() {
    for (uint64_t n = 0; n < 13; ++n) { must(Call::frame_donate, {pa(n)}); }
    must(Call::compartment_create, {1, pa(0), 4});
    must(Call::vcpu_create, {1, 2, pa(10), 0, 0});
    for (uint64_t level = 1; level <= 3; ++level) {
      must(Call::table_create, {1, 0, level, pa(level)});
      must(Call::table_create, {1, shared, level, pa(3 + level)});
    }
    for (uint64_t page = 1; page <= 3; ++page) { must(Call::ipa_prepare, {1, page << page_shift}); }
    must(Call::page_load, {1, 0x1000, pa(7), pa(30)});
    must(Call::page_map, {1, 0x2000, pa(8)});
    must(Call::shared_map, {1, shared, pa(20), 1});
    must(Call::shared_map, {1, shared | 0x1000, pa(21), 0});
    must(Call::table_create, {1, test::run_size, 3, pa(12)});
    test::map_run(*this, 1, test::run_size, pa(512));
    must(Call::block_fold, {1, test::run_size, 3});
  }

  void must(Call call, const std::vector<uint64_t>& words) {
    Arguments<C> arguments;
    for (size_t i = 0; i < words.size(); ++i) { arguments.words.at(i) = Word<C>(words[i]); }
    INFO(name_of(call));
    REQUIRE(impl::dispatch(engine, Cpu<C>(0), call, arguments).status == Status::ok);
  }
  void store(Frame<C> at, uint64_t index, uint64_t word) {
    engine.hardware.memory().store(at, Index<C>(index), Word<C>(word));
  }
  uint64_t load(Frame<C> at, uint64_t index) const { return raw(engine.hardware.memory().load(at, Index<C>(index))); }
  /// The host's level-3 table of a frame, and the frame's index there.
  Frame<C> host_level3(uint64_t n) const { return host.level3(Region<C>(frame_number(n) >> index_bits)); }

  void set_vcpu(uint64_t id, uint64_t index, VcpuState state, uint64_t n) {
    const CompartmentId<C> compartment(id);
    engine.vcpus.state.set(compartment, VcpuIndex<C>(index), state);
    engine.vcpus.frame.set(compartment, VcpuIndex<C>(index), frame(n));
  }

  /// Makes entry 7 of table 1 a block, and records at the pages that are judged what it maps.
  void map_gib() {
    store(frame(1), 7, (gib_frame << page_shift) | block_bits);
    for (const uint64_t page : {uint64_t{0}, uint64_t{1}, low_mask(9), low_mask(18)}) {
      const Frame<C> mapped(gib_frame + page);
      engine.frames.state.set(mapped, FrameState::data);
      engine.frames.owner.set(mapped, CompartmentId<C>(1));
      engine.frames.base.set(mapped, Page<C>((uint64_t{7} << 18) + page));
    }
  }

  Names violated() const {
    Judge judge(engine, host);
    for (uint64_t n = 0; n < 32; ++n) {
      judge.frame(frame_number(n));
      judge.entries(frame_number(n));
    }
    for (const uint64_t page : {uint64_t{1}, low_mask(9), low_mask(18)}) {
      for (const uint64_t n : {1, 2}) {
        for (const uint64_t index : {1, 7}) { judge.entry(frame_number(n), index, page); }
      }
    }
    for (const uint64_t n : {512, 1023}) { judge.frame(frame_number(n)); }
    for (const uint64_t f : {device_frame, block_frame, raw(engine.host_root), raw(host_level3(0))}) {
      judge.frame(f);
      judge.entries(f);
    }
    for (const uint64_t id : {0, 1, 2}) {
      judge.compartment(id);
      for (const uint64_t index : {0, 1, 2, 3}) { judge.vcpu(id, index); }
    }
    for (const uint64_t cpu : {0, 1, 2}) { judge.cpu(cpu); }
    return judge.violated();
  }
};

/// A change that breaks an invariant.
struct Mutation {
  std::string_view invariant;
  std::string_view text;
  void (*make)(Built&);
};

const std::vector<Mutation> mutations = {
    {"fixed_frames", "a device frame becomes the host's",
     [](Built& b) { b.engine.frames.state.set(Frame<C>(device_frame), FrameState::host); }},
    {"fixed_frames", "a frame of the engine becomes spare",
     [](Built& b) { b.engine.frames.state.set(b.engine.host_root, FrameState::spare); }},
    {"movable_frames", "a spare frame becomes the engine's",
     [](Built& b) { b.engine.frames.state.set(frame(9), FrameState::engine); }},
    {"movable_frames", "a host frame becomes a device",
     [](Built& b) { b.engine.frames.state.set(frame(30), FrameState::device); }},
    {"root_of_compartment", "a spare frame becomes a second root",
     [](Built& b) {
       b.engine.frames.state.set(frame(9), FrameState::root);
       b.engine.frames.owner.set(frame(9), CompartmentId<C>(1));
     }},
    {"root_of_compartment", "the compartment is freed under its root",
     [](Built& b) { b.engine.compartments.state.set(CompartmentId<C>(1), CompartmentState::free); }},
    {"root_of_compartment", "the root is said to be of level 1",
     [](Built& b) { b.engine.frames.level.set(frame(0), Level<C>(1)); }},
    {"table_is_linked", "a table names another entry",
     [](Built& b) { b.engine.frames.parent_index.set(frame(2), Index<C>(5)); }},
    {"table_is_linked", "a table is unhooked", [](Built& b) { b.store(frame(1), 0, 0); }},
    {"entry_links_table", "a table belongs to another compartment than the one above",
     [](Built& b) { b.engine.frames.owner.set(frame(3), CompartmentId<C>(2)); }},
    {"table_is_linked", "a table skips a level", [](Built& b) { b.engine.frames.level.set(frame(2), Level<C>(3)); }},
    {"table_is_aligned", "a table begins at an odd page",
     [](Built& b) { b.engine.frames.base.set(frame(3), Page<C>(1)); }},
    {"recorded_is_mapped", "a data frame is unmapped", [](Built& b) { b.store(frame(3), 2, 0); }},
    {"entry_maps_page", "a data frame is mapped read-only",
     [](Built& b) { b.store(frame(3), 2, b.load(frame(3), 2) & ~uint64_t{1 << 7}); }},
    {"entry_maps_page", "a data frame names a page of the shared half",
     [](Built& b) {
       b.engine.frames.base.set(frame(8), Page<C>((shared >> page_shift) | 2));
       b.store(frame(6), 2, b.load(frame(3), 2));
     }},
    {"recorded_is_mapped", "a data frame names another page",
     [](Built& b) { b.engine.frames.base.set(frame(8), Page<C>(1)); }},
    {"recorded_is_mapped", "a host frame is said to be shared",
     [](Built& b) { b.engine.frames.owner.set(frame(30), CompartmentId<C>(1)); }},
    {"recorded_is_mapped", "a shared frame is unmapped", [](Built& b) { b.store(frame(6), 0, 0); }},
    {"owned_by_a_compartment", "a data frame is nobody's",
     [](Built& b) { b.engine.frames.owner.set(frame(8), CompartmentId<C>(0)); }},
    {"owned_by_a_compartment", "a table is nobody's",
     [](Built& b) { b.engine.frames.owner.set(frame(3), CompartmentId<C>(0)); }},
    {"unowned", "a spare frame is a compartment's",
     [](Built& b) { b.engine.frames.owner.set(frame(9), CompartmentId<C>(1)); }},
    {"unowned", "a device frame is a compartment's",
     [](Built& b) { b.engine.frames.owner.set(Frame<C>(device_frame), CompartmentId<C>(1)); }},
    {"spare_is_zero", "the last word of a spare frame is not zero", [](Built& b) { b.store(frame(9), 511, 1); }},
    {"entry_links_table", "an entry above level 3 leads to a spare frame",
     [](Built& b) { b.store(frame(2), 7, pa(9) | table_bits); }},
    {"entry_links_table", "two entries lead to one table", [](Built& b) { b.store(frame(2), 7, b.load(frame(2), 0)); }},
    {"entry_links_table", "an entry of the root is a block", [](Built& b) { b.store(frame(0), 7, pa(512) | 1); }},
    {"entry_maps_page", "a private page is a host frame",
     [](Built& b) { b.store(frame(3), 9, pa(30) | writable_page_bits); }},
    {"entry_maps_page", "a data frame is mapped twice", [](Built& b) { b.store(frame(3), 9, b.load(frame(3), 2)); }},
    {"entry_maps_page", "a shared page is the compartment's data",
     [](Built& b) { b.store(frame(6), 9, pa(8) | writable_page_bits); }},
    {"entry_maps_2mib", "a block maps other frames than are recorded",
     [](Built& b) { b.store(frame(2), 1, b.load(frame(2), 1) ^ 0x200000); }},
    {"entry_maps_2mib", "a block begins at an odd frame",
     [](Built& b) { b.store(frame(2), 1, b.load(frame(2), 1) | 0x1000); }},
    {"entry_maps_2mib", "a private block is read-only",
     [](Built& b) { b.store(frame(2), 1, b.load(frame(2), 1) & ~uint64_t{1 << 7}); }},
    {"entry_maps_2mib", "a run is mapped by two blocks", [](Built& b) { b.store(frame(2), 7, b.load(frame(2), 1)); }},
    {"entry_maps_2mib", "the last frame of a block names another page",
     [](Built& b) { b.engine.frames.base.set(frame(1023), Page<C>(5)); }},
    {"entry_maps_2mib", "the second frame of a block is another compartment's",
     [](Built& b) { b.engine.frames.owner.set(frame(513), CompartmentId<C>(2)); }},
    {"entry_maps_2mib", "the first frame of a block is spare",
     [](Built& b) { b.engine.frames.state.set(frame(512), FrameState::spare); }},
    {"recorded_is_mapped", "a block is taken away under its frames", [](Built& b) { b.store(frame(2), 1, 0); }},
    {"entry_maps_1gib", "a block maps a GiB of the host",
     [](Built& b) { b.store(frame(1), 7, uint64_t{0x80000000} | block_bits); }},
    {"entry_maps_1gib", "the last frame of a GiB names another page",
     [](Built& b) {
       b.map_gib();
       b.engine.frames.base.set(Frame<C>(gib_frame + low_mask(18)), Page<C>(5));
     }},
    {"entry_without_mapping", "an invalid entry is no IPA state", [](Built& b) { b.store(frame(3), 9, 0x10); }},
    {"entry_without_mapping", "a shared page has an IPA state", [](Built& b) { b.store(frame(6), 9, 1 << 2); }},
    {"compartment_has_root", "a compartment has no vCPU",
     [](Built& b) { b.engine.compartments.vcpus.set(CompartmentId<C>(1), VcpuCount<C>(0)); }},
    {"compartment_has_root", "a compartment has 513 vCPUs",
     [](Built& b) { b.engine.compartments.vcpus.set(CompartmentId<C>(1), VcpuCount<C>(513)); }},
    {"compartment_has_root", "two compartments have one root",
     [](Built& b) {
       b.engine.compartments.state.set(CompartmentId<C>(2), CompartmentState::created);
       b.engine.compartments.root.set(CompartmentId<C>(2), frame(0));
       b.engine.compartments.vcpus.set(CompartmentId<C>(2), VcpuCount<C>(1));
     }},
    {"host_is_no_compartment", "id 0 is a compartment",
     [](Built& b) { b.engine.compartments.state.set(CompartmentId<C>(0), CompartmentState::active); }},
    {"vcpu_has_frame", "a vCPU is there without a context", [](Built& b) { b.set_vcpu(1, 1, VcpuState::off, 9); }},
    {"vcpu_has_frame", "a vCPU is neither on nor off",
     [](Built& b) { b.set_vcpu(1, 2, static_cast<VcpuState>(3), 10); }},
    {"vcpu_has_frame", "two vCPUs have one context", [](Built& b) { b.set_vcpu(1, 1, VcpuState::off, 10); }},
    {"vcpu_has_frame", "a compartment has more vCPUs than it may have",
     [](Built& b) { b.engine.compartments.vcpus.set(CompartmentId<C>(1), VcpuCount<C>(2)); }},
    {"vcpu_has_frame", "an id that is free has a vCPU",
     [](Built& b) { b.engine.compartments.state.set(CompartmentId<C>(1), CompartmentState::free); }},
    {"context_of_vcpu", "a vCPU goes, its context stays", [](Built& b) { b.set_vcpu(1, 2, VcpuState::none, 10); }},
    {"context_of_vcpu", "a vCPU has its context elsewhere", [](Built& b) { b.set_vcpu(1, 2, VcpuState::off, 9); }},
    {"cpu_runs_host", "a CPU is left in a compartment's stage 2",
     [](Built& b) {
       b.engine.hardware.run_on(Cpu<C>(2));
       b.engine.hardware.msr_vttbr(Word<C>(uint64_t{1} << 48 | pa(0)));
     }},
    {"host_upper_tables", "the host's root loses an entry", [](Built& b) { b.store(b.engine.host_root, 0, 0); }},
    {"host_upper_tables", "a GiB of devices vanishes from the host",
     [](Built& b) { b.store(b.host.level1(Index<C>(511)), 511, 0); }},
    {"host_page_entries", "the host reaches data",
     [](Built& b) { b.store(b.host_level3(8), 8, pa(8) | writable_page_bits); }},
    {"host_page_entries", "the host loses a frame of its own", [](Built& b) { b.store(b.host_level3(30), 30, 0); }},
    {"host_page_entries", "the host's level-2 table loses an entry",
     [](Built& b) { b.store(b.host.level2(Gib<C>(first_ram >> 18)), 0, 0); }},
    {"host_blocks_are_devices", "a frame within a block is the engine's",
     [](Built& b) { b.engine.frames.state.set(Frame<C>(block_frame), FrameState::engine); }},
    {"host_root_is_the_engines", "the host's root is the host's",
     [](Built& b) { b.engine.frames.state.set(b.engine.host_root, FrameState::host); }},
    {"host_tables_are_the_engines", "a level-3 table of the host is spare",
     [](Built& b) { b.engine.frames.state.set(b.host_level3(0), FrameState::spare); }},
};

TEST_CASE("a state that calls built satisfies every invariant") {
  const Names none;
  CHECK(Built().violated() == none);
}

TEST_CASE("a block of 1 GiB whose frames are recorded there satisfies every invariant") {
  Built built;
  built.map_gib();
  const Names none;
  CHECK(built.violated() == none);
}

TEST_CASE("a change that breaks an invariant is seen") {
  for (const Mutation& mutation : mutations) {
    INFO(mutation.invariant << ": " << mutation.text);
    Built built;
    mutation.make(built);
    CHECK(built.violated().contains(mutation.invariant));
  }
}

TEST_CASE("every invariant is broken by some change, and every one speaks of something") {
  Names broken;
  for (const Mutation& mutation : mutations) { broken.insert(mutation.invariant); }
  Names named;
  for (const auto& invariant : invariants<C>()) {
    CHECK(!invariant.text.empty());
    CHECK(named.insert(invariant.name).second);
  }
  CHECK(broken == named);
}

}  // namespace
}  // namespace bulkhead::refine
