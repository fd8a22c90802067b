#include "refine/prestate.hpp"

#include <algorithm>

namespace bulkhead::refine {
namespace {

using S = Symbolic;

/// A field of one record a frame, compartment or CPU.
template <class V, class K>
SymMap<V, K> field_of(Session& session, const char* name, Site site) {
  return SymMap<V, K>(
      [&session, name, site](K key) {
        session.note({site, key.bits(), {}});
        return V::from_bits(session.apply(name, {key.bits()}, V::width));
      },
      name);
}

/// A fact of the platform, about which there are no invariants.
SymMap<Value<S, Flag>, Frame<S>> platform_flag(Session& session, const char* name) {
  return SymMap<Value<S, Flag>, Frame<S>>(
      [&session, name](Frame<S> frame) { return Value<S, Flag>::from_bits(session.apply(name, {frame.bits()}, 1)); });
}

hw::Hardware<S> arbitrary_hardware(Session& session) {
  SymMemory memory([&session](Frame<S> frame, Index<S> index) {
    session.note({Site::entry, frame.bits(), index.bits()});
    session.note_index(index.bits());
    return Word<S>::from_bits(session.apply(field::memory, {frame.bits(), index.bits()}, 64));
  });
  return {std::move(memory), field_of<Word<S>, Cpu<S>>(session, field::vttbr, Site::cpu)};
}

impl::FrameTable<S> arbitrary_frames(Session& session) {
  const auto at = Site::frame;
  return {
      field_of<Value<S, FrameState>, Frame<S>>(session, field::frame_state, at),
      field_of<CompartmentId<S>, Frame<S>>(session, field::frame_owner, at),
      field_of<Frame<S>, Frame<S>>(session, field::frame_parent_table, at),
      field_of<Index<S>, Frame<S>>(session, field::frame_parent_index, at),
      field_of<Level<S>, Frame<S>>(session, field::frame_level, at),
      field_of<Page<S>, Frame<S>>(session, field::frame_base, at),
  };
}

impl::CompartmentTable<S> arbitrary_compartments(Session& session) {
  const auto at = Site::compartment;
  return {
      field_of<Value<S, CompartmentState>, CompartmentId<S>>(session, field::compartment_state, at),
      field_of<Frame<S>, CompartmentId<S>>(session, field::compartment_root, at),
      field_of<VcpuCount<S>, CompartmentId<S>>(session, field::compartment_vcpus, at),
  };
}

/// A field of one record a vCPU.
template <class V>
SymMap<V, CompartmentId<S>, VcpuIndex<S>> vcpu_field(Session& session, const char* name) {
  return SymMap<V, CompartmentId<S>, VcpuIndex<S>>(
      [&session, name](CompartmentId<S> id, VcpuIndex<S> index) {
        session.note({Site::vcpu, id.bits(), index.bits()});
        session.note_vcpu(index.bits());
        return V::from_bits(session.apply(name, {id.bits(), index.bits()}, V::width));
      },
      name);
}

impl::VcpuTable<S> arbitrary_vcpus(Session& session) {
  return {vcpu_field<Value<S, VcpuState>>(session, field::vcpu_state),
          vcpu_field<Frame<S>>(session, field::vcpu_frame)};
}

/// A table of the host, and that no other one is the same frame: `kind` and `key` are inverses.
/// Theorem `initial` proves this of the layout that boot really makes.
Frame<S> host_table(Session& session, const char* name, unsigned kind, const SymBits& key, const SymBool& exists) {
  const SymBits frame = session.apply(name, {key}, Frame<S>::width);
  const auto is = [&session, &frame](const char* inverse, const SymBits& value) {
    return S::equal(session.apply(inverse, {frame}, value.width()), value, {});
  };
  session.assume(implies(exists, is(field::host_kind, S::constant(kind, 3)) &
                                     is(field::host_key, S::zero_extend(key, key.width(), Region<S>::width))),
                 boot_layout);
  return Frame<S>::from_bits(frame);
}

HostTables<S> arbitrary_host(Session& session) {
  const auto fine = [&session](Gib<S> gib) {
    return S::equal(session.apply(field::host_fine, {gib.bits()}, 1), S::constant(1, 1), {});
  };
  return {
      [&session](Index<S> index) { return host_table(session, field::host_level1, 1, index.bits(), true); },
      [&session, fine](Gib<S> gib) { return host_table(session, field::host_level2, 2, gib.bits(), fine(gib)); },
      [&session, fine](Region<S> region) {
        return host_table(session, field::host_level3, 3, region.bits(), fine(extract<Gib<S>, 26, 9>(region)));
      },
      fine,
  };
}

/// The root of the host's tables, which is none of the tables below it.
Frame<S> arbitrary_host_root(Session& session) {
  const SymBits root = session.apply(field::host_root, {}, Frame<S>::width);
  session.assume(S::equal(session.apply(field::host_kind, {root}, 3), S::constant(4, 3), {}), boot_layout);
  return Frame<S>::from_bits(root);
}

Place<S> place_of(const Read& read) {
  switch (read.site) {
    case Site::frame:
      return {.frame = Frame<S>::from_bits(read.first)};
    case Site::entry:
      return {.frame = Frame<S>::from_bits(read.first), .index = Index<S>::from_bits(read.second)};
    case Site::compartment:
      return {.compartment = CompartmentId<S>::from_bits(read.first)};
    case Site::vcpu:
      return {.compartment = CompartmentId<S>::from_bits(read.first), .vcpu = VcpuIndex<S>::from_bits(read.second)};
    case Site::cpu:
      return {.cpu = Cpu<S>::from_bits(read.first)};
  }
  return {};
}

bool is_about(About about, Site site) {
  switch (about) {
    case About::frame:
      return site == Site::frame;
    case About::entry:
      return site == Site::entry;
    case About::compartment:
      return site == Site::compartment;
    case About::vcpu:
      return site == Site::vcpu;
    case About::cpu:
      return site == Site::cpu;
  }
  return false;
}

}  // namespace

PreState::PreState(Session& session)
    : session_(session),
      host_(arbitrary_host(session)),
      engine_{arbitrary_hardware(session),
              {platform_flag(session, field::ram), platform_flag(session, field::reserved),
               platform_flag(session, field::engine_device)},
              arbitrary_frames(session),
              arbitrary_compartments(session),
              arbitrary_vcpus(session),
              arbitrary_host_root(session)} {
  // The root of the host's tables is the engine's, and was from boot on.
  session.quietly([&] {
    assume_named({"fixed_frames", "movable_frames", "host_root_is_the_engines"}, {.frame = engine_.host_root});
  });
  session.on_read([this](const Read& read) { follow(read); });
}

void PreState::assume_named(const std::vector<std::string_view>& names, const Place<S>& place) const {
  for (const Invariant<S>& invariant : invariants<S>()) {
    if (std::find(names.begin(), names.end(), invariant.name) == names.end()) { continue; }
    session_.assume(invariant.holds(view(), place), invariant.name);
  }
}

void PreState::follow(const Read& read) const {
  const Place<S> place = place_of(read);
  for (const Invariant<S>& invariant : invariants<S>()) {
    if (is_about(invariant.about, read.site) && invariant.instances == Instances::followed) {
      session_.assume(invariant.holds(view(), place), invariant.name);
    }
  }
}

void PreState::assume_at(About about, const Place<S>& place) const {
  session_.quietly([&] {
    for (const Invariant<S>& invariant : invariants<S>()) {
      if (invariant.about == about && invariant.instances == Instances::followed) {
        session_.assume(invariant.holds(view(), place), invariant.name);
      }
    }
  });
}

void PreState::assume_mapping(Frame<S> table, Index<S> index, Page<S> page, unsigned level) const {
  session_.quietly([&] { assume_named({mapping_of_level(level)}, {.frame = table, .index = index, .page = page}); });
}

void PreState::assume_found(Frame<S> frame) const {
  session_.quietly([&] { assume_named({"recorded_is_mapped"}, {.frame = frame}); });
}

void PreState::assume_host_tables(Frame<S> frame) const {
  session_.quietly([&] { assume_named({"host_tables_are_the_engines"}, {.frame = frame}); });
}

void PreState::assume_host_map(Frame<S> frame) const {
  session_.quietly([&] {
    for (const Invariant<S>& invariant : invariants<S>()) {
      if (invariant.instances == Instances::host) {
        session_.assume(invariant.holds(view(), {.frame = frame}), invariant.name);
      }
    }
  });
}

}  // namespace bulkhead::refine
