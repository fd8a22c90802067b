#include "refine/initial_proof.hpp"

#include <fmt/format.h>

#include "impl/boot.hpp"
#include "refine/abstraction.hpp"
#include "refine/invariants.hpp"
#include "refine/second_opinion.hpp"
#include "refine/shape.hpp"
#include "refine/step.hpp"
#include "spec/boot.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using impl::HostTable;
using impl::Slot;

constexpr uint64_t upper_tables = 1 + entries_per_table;  ///< the root and the level-1 tables

/// An arbitrary platform and the layout of the host's tables on it.
class ArbitraryPlatform {
 public:
  explicit ArbitraryPlatform(Session& session)
      : session_(session),
        layout{Frame<S>::from_bits(session.apply("root", {}, Frame<S>::width)),
               map<Value<S, Flag>, Gib<S>>("fine", [this](Gib<S> gib) { number(gib); }),
               map<Slot<S>, Gib<S>>("slot", [this](Gib<S> gib) { number(gib); }),
               map<Gib<S>, Slot<S>>("gib", [this](Slot<S> slot) { number(slot); }),
               Frame<S>::from_bits(session.apply("slots", {}, Frame<S>::width))},
        platform{map<Value<S, Flag>, Frame<S>>("ram", [this](Frame<S> frame) { place(frame); }),
                 map<Value<S, Flag>, Frame<S>>("reserved", [this](Frame<S> frame) { place(frame); }),
                 map<Value<S, Flag>, Frame<S>>("engine_device", [this](Frame<S> frame) { place(frame); })} {
    const Frame<S> most(uint64_t{1} << 18);
    session.assume((layout.slots <= most) & (layout.slots >= Frame<S>(1)));
    session.assume(layout.root + table_count() > layout.root);
  }
  ArbitraryPlatform(const ArbitraryPlatform&) = delete;
  ArbitraryPlatform& operator=(const ArbitraryPlatform&) = delete;

 private:
  /// A function without properties but those that `about` assumes of each key.
  template <class V, class K, class Assume>
  SymMap<V, K> map(const char* name, const Assume& about) {
    return SymMap<V, K>([this, name, about](K key) {
      about(key);
      return raw<V>(name, key);
    });
  }
  template <class V, class K>
  V raw(const char* name, K key) {
    return V::from_bits(session_.apply(name, {key.bits()}, V::width));
  }
  SymBool is(const char* name, auto key) { return raw<Value<S, Flag>>(name, key) == Flag::yes; }
  Frame<S> table_count() const { return Frame<S>(upper_tables) + layout.slots + (layout.slots << index_bits); }
  /// Fine GiBs are numbered, from 0 to `slots`.
  void number(Gib<S> gib) {
    const auto slot = raw<Slot<S>>("slot", gib);
    session_.assume(
        implies(is("fine", gib), (widen<Frame<S>>(slot) < layout.slots) & (raw<Gib<S>>("gib", slot) == gib)));
  }
  void number(Slot<S> slot) {
    const auto gib = raw<Gib<S>>("gib", slot);
    session_.assume(
        implies(widen<Frame<S>>(slot) < layout.slots, is("fine", gib) & (raw<Slot<S>>("slot", gib) == slot)));
  }
  /// RAM and engine devices are in fine GiBs; the host's tables are reserved RAM.
  void place(Frame<S> frame) {
    const auto gib = extract<Gib<S>, 35, 18>(frame);
    session_.assume(implies(is("ram", frame) | is("engine_device", frame), is("fine", gib)));
    session_.assume(implies(frame - layout.root < table_count(), is("ram", frame) & is("reserved", frame)));
    session_.assume(!(is("ram", frame) & is("engine_device", frame)));
  }

  Session& session_;

 public:
  impl::HostLayout<S> layout;
  Platform<S> platform;
};

HostTables<S> tables_of(const impl::HostLayout<S>& layout) {
  return {[layout](Index<S> index) { return layout.level1(index); },
          [layout](Gib<S> gib) { return layout.level2(gib); },
          [layout](Region<S> region) { return layout.level3(region); },
          [layout](Gib<S> gib) { return layout.fine.get(gib) == Flag::yes; }};
}

/// The host's tables that a walk for a frame passes, or any table of each kind: which kind and key they must have.
struct HostTableOf {
  const char* name;
  SymBool exists;
  Frame<S> table;
  HostTable kind;
  Region<S> key;

  SymBool has_kind(const impl::HostLayout<S>& layout) const { return implies(exists, layout.kind_of(table) == kind); }
  SymBool has_key(const impl::HostLayout<S>& layout) const { return implies(exists, layout.key_of(table) == key); }
};

std::vector<HostTableOf> tables_for(const impl::HostLayout<S>& layout, Index<S> index, Frame<S> frame) {
  const auto gib = extract<Gib<S>, 35, 18>(frame);
  const auto region = extract<Region<S>, 35, 9>(frame);
  const SymBool fine = layout.fine.get(gib) == Flag::yes;
  return {{"root", true, layout.root, HostTable::root, Region<S>(0)},
          {"level1", true, layout.level1(index), HostTable::level1, widen<Region<S>>(index)},
          {"level2", fine, layout.level2(gib), HostTable::level2, widen<Region<S>>(gib)},
          {"level3", fine, layout.level3(region), HostTable::level3, region}};
}

}  // namespace

InitialProof::InitialProof(Limits limits, std::function<bool(const std::string&)> wanted, bool list_only)
    : limits_(limits), wanted_(std::move(wanted)), list_only_(list_only), session_(limits.seed) {}

void InitialProof::run() {
  session_.begin({});
  const Point point = Point::arbitrary(session_);
  const ArbitraryPlatform arbitrary(session_);
  const impl::HostLayout<S>& layout = arbitrary.layout;
  const auto content = [this](Frame<S> frame, Index<S> index) {
    return Word<S>::from_bits(session_.apply("content", {frame.bits(), index.bits()}, Word<S>::width));
  };
  impl::Engine<S> engine = impl::boot<S>(arbitrary.platform, layout, content);
  if (fault_) {
    engine.hardware.memory() = SymMemory([&](Frame<S> frame, Index<S> index) {
      Mutator mutator(fault_);
      const Mutator::Scope scope(&mutator);
      return impl::word_at_boot<S>(layout, arbitrary.platform, content, frame, index);
    });
  }
  const HostTables<S> host = tables_of(layout);
  const View<S> view{engine, host};
  const spec::State<S> spec = spec::boot<S>(arbitrary.platform, content);

  prove_layout(layout, point);
  for (const Invariant<S>& invariant : invariants<S>()) {
    prove("invariant", std::string(invariant.name), std::string(invariant.text),
          [&] { return invariant.holds(view, point.place()); });
  }
  prove("refinement", "frame.state", "every frame is what the spec has it for",
        [&] { return engine.frames.state.get(point.frame) == spec.frames.state.get(point.frame); });
  prove("refinement", "frame.owner", "no frame has an owner",
        [&] { return abstract_owner(engine, point.frame) == spec.frames.owner.get(point.frame); });
  prove("refinement", "frame.shared_with", "no frame is shared",
        [&] { return abstract_sharer(engine, point.frame) == spec.frames.shared_with.get(point.frame); });
  prove("refinement", "content", "every host, spare, data, vCPU and device frame holds what the spec says", [&] {
    const auto visible = has_content(engine.frames.state.get(point.frame));
    return implies(visible, engine.hardware.memory().load(point.frame, point.index) ==
                                spec.frames.content.load(point.frame, point.index));
  });
  prove("refinement", "compartment", "every id is free", [&] {
    return engine.compartments.state.get(point.compartment) == spec.compartments.state.get(point.compartment);
  });
  prove("refinement", "vcpu", "no compartment has a vCPU", [&] {
    return engine.vcpus.state.get(point.compartment, point.vcpu) == spec.vcpus.state.get(point.compartment, point.vcpu);
  });
  prove("refinement", "translation", "nothing is mapped, and no table serves a page", [&] {
    const Meaning seen = descend(engine, point.compartment, point.page).meaning(point.page);
    const auto& t = spec.translations;
    return (seen.access == t.access.get(point.compartment, point.page)) &
           (seen.state == t.state.get(point.compartment, point.page)) &
           (spec.tables.present.get(point.level, point.compartment, point.page) == Flag::no);
  });
}

std::vector<Event> InitialProof::events() {
  Session session;
  session.begin({});
  const Point point = Point::arbitrary(session);
  const ArbitraryPlatform arbitrary(session);
  const auto content = [](Frame<S>, Index<S>) { return Word<S>(0); };
  Mutator plain;
  const Mutator::Scope scope(&plain);
  static_cast<void>(impl::word_at_boot<S>(arbitrary.layout, arbitrary.platform, content, point.frame, point.index));
  return plain.events();
}

/// No two tables of the host are one frame: kind and key of a frame say which it is. What is proved of every table is
/// then known of those that a walk for the frame in question passes.
void InitialProof::prove_layout(const impl::HostLayout<S>& layout, const Point& point) {
  const std::vector<HostTableOf> tables = tables_for(layout, point.index, point.frame);
  for (const HostTableOf& t : tables) {
    prove("layout", fmt::format("{}.kind", t.name), "a table of the host is of one kind",
          [&] { return t.has_kind(layout); });
  }
  for (const HostTableOf& t : tables) { session_.assume(t.has_kind(layout)); }
  for (const HostTableOf& t : tables) {
    prove("layout", fmt::format("{}.key", t.name), "no two tables of the host of a kind are one frame",
          [&] { return t.has_key(layout); });
  }
  for (const HostTableOf& t : tables) { session_.assume(t.has_key(layout)); }
  const auto page = widen<Page<S>>(point.frame);
  for (const HostTableOf& t : tables_for(layout, hw::index_at<S>(page, 0), point.frame)) {
    session_.assume(t.has_kind(layout) & t.has_key(layout));
  }
}

void InitialProof::prove(const std::string& part, const std::string& conjunct, const std::string& text,
                         const std::function<SymBool()>& holds) {
  if (!wanted_("initial")) { return; }
  Obligation goal;
  goal.theorem = "initial";
  goal.call = "boot";
  goal.path = part;
  goal.conjunct = conjunct;
  goal.text = text;
  if (!list_only_) {
    const Session::Scope scope(session_);
    const SymBool negation = !holds();
    if (judge(session_, limits_, goal, negation) == z3::sat) {
      goal.detail = "a platform satisfies the negation; it is not replayed";
    }
  }
  obligations_.push_back(std::move(goal));
}

}  // namespace bulkhead::refine
