#include "tests/catch.hpp"
#include "tests/spec/bench.hpp"

namespace bulkhead::spec::test {
namespace {

/// What a point of the state is, part by part.
struct Places {
  std::array<uint64_t, 3> frame;
  ConcreteMemory::Content content;
  std::array<uint64_t, 3> translation;
  std::array<uint64_t, 2> table;
  std::array<uint64_t, 3> compartment;
  std::array<uint64_t, 2> vcpu;
};

Places places_at(const State<C>& s, const Point<C>& at) {
  return {
      {raw(s.frames.state.get(at.frame)), raw(s.frames.owner.get(at.frame)), raw(s.frames.shared_with.get(at.frame))},
      s.frames.content.words(at.frame),
      {raw(s.translations.access.get(at.compartment, at.page)), raw(s.translations.frame.get(at.compartment, at.page)),
       raw(s.translations.state.get(at.compartment, at.page))},
      {raw(s.tables.present.get(at.level, at.compartment, at.page)),
       raw(s.tables.frame.get(at.level, at.compartment, at.page))},
      {raw(s.compartments.state.get(at.compartment)), raw(s.compartments.root.get(at.compartment)),
       raw(s.compartments.vcpus.get(at.compartment))},
      {raw(s.vcpus.state.get(at.compartment, at.vcpu)), raw(s.vcpus.frame.get(at.compartment, at.vcpu))},
  };
}

bool differs(Part part, const Places& a, const Places& b) {
  switch (part) {
    case Part::frame:
      return a.frame != b.frame;
    case Part::content:
      return a.content != b.content;
    case Part::translation:
      return a.translation != b.translation;
    case Part::table:
      return a.table != b.table;
    case Part::compartment:
      return a.compartment != b.compartment;
    case Part::vcpu:
      return a.vcpu != b.vcpu;
  }
  return false;
}

/// Points at which a call of the examples may change something, and others beside them.
std::vector<Point<C>> sample_points() {
  std::vector<Point<C>> points;
  for (uint64_t n = 0; n < 24; ++n) {
    for (const uint64_t ipa : {uint64_t{0}, uint64_t{0x1000}, uint64_t{0x2000}, uint64_t{0x200000}, uint64_t{0x201000},
                               shared, shared + 0x1000, shared + 0x2000, shared + 0x200000}) {
      const uint64_t cid = 1 + n % 2;
      for (const uint64_t level : {1, 2, 3}) {
        points.push_back({frame_of(Pa<C>(pa(n))), CompartmentId<C>(cid), page_of(Ipa<C>(ipa)), Level<C>(level),
                          VcpuIndex<C>(n / 2)});
      }
    }
  }
  return points;
}

/// Makes the call and checks that nothing changes but what its footprint covers, and that each entry of
/// the footprint covers something that changes.
void check_footprint(Bench& bench, Call call, const Words& words, uint64_t caller = 0) {
  INFO(name_of(call));
  const auto points = sample_points();
  const auto& footprint = rule_of<C>(call).footprint;
  const Inputs<C> in = name_inputs(call, arguments_of(words, caller));
  std::vector<Places> before;
  std::vector<std::vector<bool>> covered;
  for (const Point<C>& at : points) {
    before.push_back(places_at(bench.spec, at));
    auto& here = covered.emplace_back();
    for (const auto& touch : footprint) { here.push_back(static_cast<bool>(touch.covers(bench.spec, in, at))); }
  }
  REQUIRE(name_of(bench.call(call, words, caller)) == "ok");
  std::vector<bool> used(footprint.size(), false);
  for (size_t p = 0; p < points.size(); ++p) {
    const Places after = places_at(bench.spec, points[p]);
    for (const Part part :
         {Part::frame, Part::content, Part::translation, Part::table, Part::compartment, Part::vcpu}) {
      if (!differs(part, before[p], after)) { continue; }
      bool allowed = false;
      for (size_t t = 0; t < footprint.size(); ++t) {
        if (footprint[t].part == part && covered[p][t]) { allowed = used[t] = true; }
      }
      CHECK(allowed);
    }
  }
  for (size_t t = 0; t < footprint.size(); ++t) {
    INFO(footprint[t].text);
    CHECK(used[t]);
  }
}

TEST_CASE("each call changes what its footprint names, and nothing else") {
  BuiltBench bench;
  check_footprint(bench, Call::version, {});
  check_footprint(bench, Call::features, {});
  check_footprint(bench, Call::frame_donate, {pa(16)});
  check_footprint(bench, Call::frame_reclaim, {pa(16)});
  check_footprint(bench, Call::compartment_create, {2, pa(7), 9});
  check_footprint(bench, Call::table_create, {1, 0x200000, 3, pa(9)});
  check_footprint(bench, Call::ipa_prepare, {1, 0x200000});
  check_footprint(bench, Call::page_load, {1, 0x200000, pa(10), pa(17)});
  check_footprint(bench, Call::page_map, {1, 0x1000, pa(11)});
  check_footprint(bench, Call::shared_map, {1, shared, pa(18), 1});
  check_footprint(bench, Call::shared_unmap, {1, shared});
  check_footprint(bench, Call::vcpu_create, {1, 2, pa(12), 0x1000, 7});
  check_footprint(bench, Call::vcpu_destroy, {1, 2});
  check_footprint(bench, Call::compartment_activate, {1});
  check_footprint(bench, Call::page_unmap, {1, 0x200000});
  check_footprint(bench, Call::ipa_claim, {0x200000}, 1);
  bench.must(Call::page_map, {1, 0x200000, pa(10)});
  bench.spec.frames.content.fill(frame_of(Pa<C>(pa(10))), Word<C>(1), 0);
  check_footprint(bench, Call::page_share, {0x200000}, 1);
  check_footprint(bench, Call::page_unshare, {0x200000}, 1);
  check_footprint(bench, Call::page_relinquish, {0x200000}, 1);
  check_footprint(bench, Call::ipa_claim, {0x200000}, 1);
  // What a table holds means nothing to the spec, so that its content only seems not to change.
  bench.spec.frames.content.fill(frame_of(Pa<C>(pa(9))), Word<C>(1), 0);
  check_footprint(bench, Call::table_destroy, {1, 0x200000, 3});
  check_footprint(bench, Call::compartment_stop, {1});
}

TEST_CASE("block_fold and block_split change what their footprints name, and nothing else") {
  BlockBench bench;
  for (const uint64_t ipa : {run_ipa, shared_run_ipa}) {
    bench.spec.frames.content.fill(frame_of(Pa<C>(pa(ipa == run_ipa ? 7 : 9))), Word<C>(1), 0);
    check_footprint(bench, Call::block_fold, {1, ipa, 3});
    check_footprint(bench, Call::block_split, {1, ipa, 3, ipa == run_ipa ? pa(12) : pa(13)});
  }
}

TEST_CASE("compartment_destroy changes what its footprint names, and nothing else") {
  Bench bench;
  for (uint64_t n = 0; n < 5; ++n) { bench.must(Call::frame_donate, {pa(n)}); }
  bench.must(Call::compartment_create, {1, pa(0), 1});
  for (uint64_t level = 1; level <= 3; ++level) { bench.must(Call::table_create, {1, 0, level, pa(level)}); }
  bench.must(Call::ipa_prepare, {1, 0x1000});
  for (uint64_t level = 3; level >= 1; --level) { bench.must(Call::table_destroy, {1, 0, level}); }
  bench.must(Call::compartment_stop, {1});
  bench.spec.frames.content.fill(frame_of(Pa<C>(pa(0))), Word<C>(1), 0);
  check_footprint(bench, Call::compartment_destroy, {1});
}

}  // namespace
}  // namespace bulkhead::spec::test
