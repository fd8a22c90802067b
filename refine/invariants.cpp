#include "refine/invariants.hpp"

#include "model/concrete.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {
namespace {

/// The state of one frame and the entry it says it hangs from.
template <ValueDomain D>
struct Record {
  Value<D, FrameState> state;
  CompartmentId<D> owner;
  Level<D> level;
  Page<D> base;
  Frame<D> parent;
  Index<D> index;

  Record(const impl::Engine<D>& e, Frame<D> f)
      : state(e.frames.state.get(f)),
        owner(e.frames.owner.get(f)),
        level(e.frames.level.get(f)),
        base(e.frames.base.get(f)),
        parent(e.frames.parent_table.get(f)),
        index(e.frames.parent_index.get(f)) {}

  typename D::Bool is_table() const { return (state == FrameState::root) | (state == FrameState::table); }
  typename D::Bool is_mapped() const {
    return is_data<D>(state) | ((state == FrameState::host) & (owner != CompartmentId<D>(0)));
  }
};

template <ValueDomain D>
Word<D> word_at(const View<D>& v, Frame<D> frame, Index<D> index) {
  return v.engine.hardware.memory().load(frame, index);
}

template <ValueDomain D>
using Invariants = std::vector<Invariant<D>>;

// Codes from `engine` on are the engine's, devices' and none: a frame that may move has a code below.
static_assert(FrameState::shared_data < FrameState::engine && FrameState::engine < FrameState::device);

/// What the platform decides at boot stays so.
template <ValueDomain D>
void add_platform(Invariants<D>& all) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back(
      {"fixed_frames", "a frame that is the engine's or a device's from boot on stays so", About::frame,
       [](V v, P p) { return v.engine.platform.state_at_boot(p.frame) != FrameState::host; },
       [](V v, P p) -> C { return {v.engine.frames.state.get(p.frame) == v.engine.platform.state_at_boot(p.frame)}; }});
  all.push_back({"movable_frames", "every other frame of RAM never becomes the engine's own or a device's",
                 About::frame, [](V v, P p) { return v.engine.platform.state_at_boot(p.frame) == FrameState::host; },
                 [](V v, P p) -> C {
                   const auto state = v.engine.frames.state.get(p.frame);
                   return {state < FrameState::engine};
                 }});
}

/// What each frame's record says of its place.
template <ValueDomain D>
void add_frames(Invariants<D>& all) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back({"root_of_compartment", "a root table is the root of the compartment that owns it", About::frame,
                 [](V v, P p) { return v.engine.frames.state.get(p.frame) == FrameState::root; },
                 [](V v, P p) -> C {
                   const Record<D> r(v.engine, p.frame);
                   return {v.engine.compartments.state.get(r.owner) != CompartmentState::free,
                           v.engine.compartments.root.get(r.owner) == p.frame, r.level == Level<D>(0)};
                 }});
  all.push_back({"table_is_linked", "a table hangs from the one entry that its record names, one level up",
                 About::frame, [](V v, P p) { return v.engine.frames.state.get(p.frame) == FrameState::table; },
                 [](V v, P p) -> C {
                   const Record<D> r(v.engine, p.frame);
                   const Record<D> up(v.engine, r.parent);
                   return {up.is_table(), up.level == r.level - Level<D>(1),
                           (r.base & ~table_mask<D>(up.level)) == up.base, entry_index<D>(up.level, r.base) == r.index,
                           word_at<D>(v, r.parent, r.index) == descriptor_to<D>(p.frame, table_bits)};
                 }});
  all.push_back({"table_is_aligned", "a table translates an aligned range", About::frame,
                 [](V v, P p) { return Record<D>(v.engine, p.frame).is_table(); },
                 [](V v, P p) -> C {
                   const Record<D> r(v.engine, p.frame);
                   return {(r.base & table_mask<D>(r.level)) == Page<D>(0)};
                 }});
  all.push_back({"owned_by_a_compartment", "tables and data belong to a compartment", About::frame,
                 [](V v, P p) {
                   const Record<D> r(v.engine, p.frame);
                   return r.is_table() | is_data<D>(r.state);
                 },
                 [](V v, P p) -> C { return {v.engine.frames.owner.get(p.frame) != CompartmentId<D>(0)}; }});
  all.push_back({"unowned", "spare, engine and device frames belong to no compartment", About::frame,
                 [](V v, P p) {
                   const auto state = v.engine.frames.state.get(p.frame);
                   return (state == FrameState::spare) | (state == FrameState::engine) | (state == FrameState::device);
                 },
                 [](V v, P p) -> C { return {v.engine.frames.owner.get(p.frame) == CompartmentId<D>(0)}; }});
  all.push_back({"spare_is_zero", "a spare frame holds nothing", About::entry,
                 [](V v, P p) { return v.engine.frames.state.get(p.frame) == FrameState::spare; },
                 [](V v, P p) -> C { return {word_at<D>(v, p.frame, p.index) == Word<D>(0)}; }});
}

/// What entries of a level that lead to no further table map: at any page of theirs a frame that is recorded there.
template <ValueDomain D>
void add_mappings(Invariants<D>& all, unsigned level, std::string_view text) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  const uint64_t writable = level == leaf_level ? writable_page_bits : writable_page_bits & ~block_without;
  const uint64_t normal = level == leaf_level ? normal_page_bits : normal_page_bits & ~block_without;
  all.push_back({mapping_of_level(level), text, About::entry,
                 [level](V v, P p) {
                   const Record<D> t(v.engine, p.frame);
                   const Word<D> entry = word_at<D>(v, p.frame, p.index);
                   return (t.state == FrameState::table) & (t.level == Level<D>(level)) & hw::is_valid<D>(entry) &
                          !hw::is_table<D>(entry, static_cast<int>(level));
                 },
                 [level, writable, normal](V v, P p) -> C {
                   const Record<D> t(v.engine, p.frame);
                   const Word<D> entry = word_at<D>(v, p.frame, p.index);
                   const Frame<D> first = hw::output_frame<D>(entry);
                   const Page<D> within = p.page & Page<D>(span_mask(level));
                   const Record<D> r(v.engine, (first & ~Frame<D>(span_mask(level))) | widen<Frame<D>>(within));
                   const Page<D> table = t.base & ~Page<D>(span_mask(level - 1));
                   const auto shared = in_shared_half<D>(t.base);
                   C all = {r.base == (table | (widen<Page<D>>(p.index) << span_shift(level)) | within),
                            r.owner == t.owner, shared | is_data<D>(r.state), (!shared) | (r.state == FrameState::host),
                            (entry == descriptor_to<D>(first, writable)) |
                                (shared & (entry == descriptor_to<D>(first, normal)))};
                   if (level != leaf_level) { all.push_back((first & Frame<D>(span_mask(level))) == Frame<D>(0)); }
                   return all;
                 }});
}

/// What each table entry says.
template <ValueDomain D>
void add_entries(Invariants<D>& all) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back({"entry_links_table",
                 "a valid entry above level 3 that is no block leads to the table that hangs from it", About::entry,
                 [](V v, P p) {
                   const Record<D> t(v.engine, p.frame);
                   const Word<D> entry = word_at<D>(v, p.frame, p.index);
                   return t.is_table() & (t.level != Level<D>(leaf_level)) &
                          (hw::is_table<D>(entry, 0) | (hw::is_valid<D>(entry) & (t.level == Level<D>(0))));
                 },
                 [](V v, P p) -> C {
                   const Record<D> t(v.engine, p.frame);
                   const Word<D> entry = word_at<D>(v, p.frame, p.index);
                   const Record<D> r(v.engine, hw::output_frame<D>(entry));
                   return {hw::is_table<D>(entry, 0), r.state == FrameState::table, r.parent == p.frame,
                           r.index == p.index, r.owner == t.owner};
                 }});
  add_mappings(all, 3,
               "a page entry maps a frame that is recorded there: the owner's data, or in the shared half the host's");
  add_mappings(all, 2, "a block entry of level 2 maps an aligned run of 512 frames that are recorded there");
  add_mappings(all, 1, "a block entry of level 1 maps an aligned run of 2^18 frames that are recorded there");
  all.push_back({"entry_without_mapping", "an invalid entry is an IPA state, in the shared half always empty",
                 About::entry,
                 [](V v, P p) {
                   return Record<D>(v.engine, p.frame).is_table() & (!hw::is_valid<D>(word_at<D>(v, p.frame, p.index)));
                 },
                 [](V v, P p) -> C {
                   const Record<D> t(v.engine, p.frame);
                   const Word<D> entry = word_at<D>(v, p.frame, p.index);
                   const Page<D> page = t.base + entry_offset<D>(t.level, p.index);
                   return {is_ipa_state_word<D>(entry), (!in_shared_half<D>(page)) | (entry == Word<D>(0))};
                 }});
}

/// Whether hardware's walk of a compartment for a page ends at the frame.
template <ValueDomain D>
typename D::Bool is_found(const View<D>& v, CompartmentId<D> compartment, Page<D> page, Frame<D> frame) {
  typename D::Bool reached = v.engine.compartments.state.get(compartment) != CompartmentState::free;
  typename D::Bool found(false);
  Frame<D> table = v.engine.compartments.root.get(compartment);
  for (unsigned level = 0; level <= leaf_level; ++level) {
    const Word<D> entry = word_at<D>(v, table, hw::index_at<D>(page, level));
    const auto offset = widen<Frame<D>>(page & Page<D>(span_mask(level)));
    found = found | (reached & hw::is_leaf<D>(entry, level) & ((hw::output_frame<D>(entry) | offset) == frame));
    reached = reached & hw::is_table<D>(entry, level);
    table = hw::output_frame<D>(entry);
  }
  return found;
}

template <ValueDomain D>
void add_records(Invariants<D>& all) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back({"recorded_is_mapped", "a data frame or a host frame with an owner is mapped where its record says",
                 About::frame, [](V v, P p) { return Record<D>(v.engine, p.frame).is_mapped(); },
                 [](V v, P p) -> C {
                   const Record<D> r(v.engine, p.frame);
                   return {is_found<D>(v, r.owner, r.base, p.frame)};
                 },
                 Instances::searched});
}

template <ValueDomain D>
void add_compartments(Invariants<D>& all) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back({"compartment_has_root", "a compartment has a root table of its own and 1 to 512 vCPUs",
                 About::compartment,
                 [](V v, P p) { return v.engine.compartments.state.get(p.compartment) != CompartmentState::free; },
                 [](V v, P p) -> C {
                   const Record<D> root(v.engine, v.engine.compartments.root.get(p.compartment));
                   const auto vcpus = v.engine.compartments.vcpus.get(p.compartment);
                   return {root.state == FrameState::root, root.owner == p.compartment, vcpus >= VcpuCount<D>(1),
                           vcpus <= VcpuCount<D>(512)};
                 }});
  all.push_back(
      {"host_is_no_compartment", "id 0 is the host's and never a compartment", About::compartment,
       [](V, P p) { return p.compartment == CompartmentId<D>(0); },
       [](V v, P p) -> C { return {v.engine.compartments.state.get(p.compartment) == CompartmentState::free}; }});
  all.push_back({"cpu_runs_host", "between calls VTTBR_EL2 of every CPU names the host's tables and VMID 0", About::cpu,
                 [](V, P) { return typename D::Bool(true); },
                 [](V v, P p) -> C {
                   return {v.engine.hardware.vttbr(p.cpu) == (widen<Word<D>>(v.engine.host_root) << page_shift)};
                 }});
}

/// What each vCPU and the frame of its context say of one another.
template <ValueDomain D>
void add_vcpus(Invariants<D>& all) {
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back({"vcpu_has_frame",
                 "a vCPU is one of those its compartment may have, with a context in a frame of its own", About::vcpu,
                 [](V v, P p) { return v.engine.vcpus.state.get(p.compartment, p.vcpu) != VcpuState::none; },
                 [](V v, P p) -> C {
                   const Record<D> r(v.engine, v.engine.vcpus.frame.get(p.compartment, p.vcpu));
                   return {v.engine.vcpus.state.get(p.compartment, p.vcpu) <= VcpuState::on,
                           v.engine.compartments.state.get(p.compartment) != CompartmentState::free,
                           widen<VcpuCount<D>>(p.vcpu) < v.engine.compartments.vcpus.get(p.compartment),
                           r.state == FrameState::vcpu,
                           r.owner == p.compartment,
                           r.index == widen<Index<D>>(p.vcpu)};
                 }});
  all.push_back({"context_of_vcpu", "a vCPU frame holds the context of the vCPU that its record names", About::frame,
                 [](V v, P p) { return v.engine.frames.state.get(p.frame) == FrameState::vcpu; },
                 [](V v, P p) -> C {
                   const Record<D> r(v.engine, p.frame);
                   const auto vcpu = widen<VcpuIndex<D>>(r.index);
                   return {v.engine.vcpus.state.get(r.owner, vcpu) != VcpuState::none,
                           v.engine.vcpus.frame.get(r.owner, vcpu) == p.frame};
                 },
                 Instances::own});
}

/// The host's own tables: an identity map, page by page where a GiB has RAM, complete at any moment.
template <ValueDomain D>
struct HostWalk {
  Page<D> page;
  Gib<D> gib;
  typename D::Bool fine;
  Frame<D> level1, level2, level3;

  HostWalk(const View<D>& v, Frame<D> f)
      : page(widen<Page<D>>(f)),
        gib(extract<Gib<D>, 35, 18>(f)),
        fine(v.host.fine(gib)),
        level1(v.host.level1(hw::index_at<D>(page, 0))),
        level2(v.host.level2(gib)),
        level3(v.host.level3(extract<Region<D>, 35, 9>(f))) {}
};

template <ValueDomain D>
void add_host(Invariants<D>& all) {
  const size_t first_of_host = all.size();
  using V = const View<D>&;
  using P = const Place<D>&;
  using C = Clauses<D>;
  all.push_back(
      {"host_upper_tables", "the host's tables above level 2 lead to one table or device block a GiB", About::frame,
       [](V, P) { return typename D::Bool(true); },
       [](V v, P p) -> C {
         const HostWalk<D> w(v, p.frame);
         const Frame<D> first = widen<Frame<D>>(w.gib) << span_shift(1);
         return {
             word_at<D>(v, v.engine.host_root, hw::index_at<D>(w.page, 0)) == descriptor_to<D>(w.level1, table_bits),
             word_at<D>(v, w.level1, hw::index_at<D>(w.page, 1)) ==
                 select(w.fine, descriptor_to<D>(w.level2, table_bits), descriptor_to<D>(first, device_block_bits))};
       }});
  all.push_back(
      {"host_page_entries", "the host maps a frame at its own address exactly when it may access it", About::frame,
       [](V v, P p) { return HostWalk<D>(v, p.frame).fine; },
       [](V v, P p) -> C {
         const HostWalk<D> w(v, p.frame);
         const auto state = v.engine.frames.state.get(p.frame);
         const Word<D> expected =
             select(is_hosts_ram<D>(state), descriptor_to<D>(p.frame, writable_page_bits),
                    select(state == FrameState::device, descriptor_to<D>(p.frame, device_page_bits), Word<D>(0)));
         return {word_at<D>(v, w.level2, hw::index_at<D>(w.page, 2)) == descriptor_to<D>(w.level3, table_bits),
                 word_at<D>(v, w.level3, hw::index_at<D>(w.page, 3)) == expected};
       }});
  all.push_back({"host_blocks_are_devices", "a GiB that the host maps as one block is all devices", About::frame,
                 [](V v, P p) { return !HostWalk<D>(v, p.frame).fine; },
                 [](V v, P p) -> C { return {v.engine.frames.state.get(p.frame) == FrameState::device}; }});
  all.push_back({"host_root_is_the_engines", "the root of the host's tables is a frame of the engine", About::frame,
                 [](V v, P p) { return p.frame == v.engine.host_root; },
                 [](V v, P p) -> C { return {v.engine.frames.state.get(p.frame) == FrameState::engine}; }});
  all.push_back({"host_tables_are_the_engines", "the host's tables below the root lie in frames of the engine",
                 About::frame, [](V, P) { return typename D::Bool(true); },
                 [](V v, P p) -> C {
                   const HostWalk<D> w(v, p.frame);
                   const auto engines = [&v](Frame<D> f) { return v.engine.frames.state.get(f) == FrameState::engine; };
                   return {engines(w.level1), (!w.fine) | engines(w.level2), (!w.fine) | engines(w.level3)};
                 }});
  for (size_t i = first_of_host; i < all.size(); ++i) { all[i].instances = Instances::host; }
}

template <ValueDomain D>
Invariants<D> make_invariants() {
  Invariants<D> all;
  add_platform(all);
  add_frames(all);
  add_entries(all);
  add_records(all);
  add_compartments(all);
  add_vcpus(all);
  add_host(all);
  return all;
}

/// The lists in force on this thread in the place of the whole ones.
thread_local const std::vector<Invariant<Concrete>>* weakened_concrete = nullptr;
thread_local const std::vector<Invariant<Symbolic>>* weakened_symbolic = nullptr;

template <ValueDomain D>
Invariants<D> without_clause(size_t invariant, size_t clause) {
  Invariants<D> all = make_invariants<D>();
  all.at(invariant).without = clause;
  return all;
}

}  // namespace

template <>
const std::vector<Invariant<Concrete>>& invariants<Concrete>() {
  static const Invariants<Concrete> all = make_invariants<Concrete>();
  return weakened_concrete != nullptr ? *weakened_concrete : all;
}

template <>
const std::vector<Invariant<Symbolic>>& invariants<Symbolic>() {
  static const Invariants<Symbolic> all = make_invariants<Symbolic>();
  return weakened_symbolic != nullptr ? *weakened_symbolic : all;
}

Weakening::Weakening(size_t invariant, size_t clause)
    : concrete_(without_clause<Concrete>(invariant, clause)), symbolic_(without_clause<Symbolic>(invariant, clause)) {
  weakened_concrete = &concrete_;
  weakened_symbolic = &symbolic_;
}

Weakening::~Weakening() {
  weakened_concrete = nullptr;
  weakened_symbolic = nullptr;
}

}  // namespace bulkhead::refine
