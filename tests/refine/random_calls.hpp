#pragma once

#include <algorithm>

#include "refine/lockstep.hpp"
#include "spec/rules.hpp"
#include "tests/refine/pinned.hpp"

namespace bulkhead::refine {

/// Calls with random arguments from small pools, most of them drawn until the spec lets them succeed, so that
/// states with several compartments, tables of every level and shared pages come up.
class RandomCalls {
 public:
  struct Deed {
    Cpu<Concrete> cpu;
    Call call;
    Arguments<Concrete> arguments;
  };
  explicit RandomCalls(uint64_t seed) : dice_(seed) {}

  Deed next(const ConcreteSpec& state) {
    if (dice_.chance(builds_ ? 2 : 3)) { builds_ = !builds_; }
    Deed deed{Cpu<Concrete>(dice_.below(4)), any_call(), {}};
    draw_caller(deed);
    for (size_t input = 0; input < max_inputs; ++input) { draw(deed, input); }
    if (dice_.chance(85)) { climb(state, deed); }
    return deed;
  }

  /// Every frame that arguments name, and one of each kind that none does.
  static const std::vector<uint64_t>& frames() {
    static const std::vector<uint64_t> all = [] {
      std::vector<uint64_t> pool = {0, 0x3FFFF, 0x7FFFF, 0x80000, 0x8000, low_mask(36)};
      for (uint64_t i = 0; i < 40; ++i) { pool.push_back(0x40000 + 77 * i); }
      return pool;
    }();
    return all;
  }
  static constexpr std::array<uint64_t, 4> compartments = {1, 2, 0xFFFF, 0};
  static constexpr uint64_t vcpus = 3;  ///< indices that arguments name

 private:
  Call any_call() {
    constexpr std::array takers = {Call::frame_reclaim,       Call::compartment_activate, Call::compartment_stop,
                                   Call::compartment_destroy, Call::table_destroy,        Call::page_unmap,
                                   Call::shared_unmap,        Call::page_relinquish,      Call::vcpu_destroy};
    constexpr std::array mappers = {Call::table_create, Call::table_create, Call::ipa_prepare,
                                    Call::page_load,    Call::page_map,     Call::shared_map};
    constexpr std::array sharers = {Call::page_share, Call::page_share, Call::page_unshare, Call::page_relinquish};
    const auto one_of_these = [this](const auto& some) { return some.at(dice_.below(some.size())); };
    const Call call = dice_.chance(50)   ? one_of_these(mappers)
                      : dice_.chance(20) ? one_of_these(sharers)
                                         : calls[dice_.below(calls.size())].call;
    const bool takes = std::find(takers.begin(), takers.end(), call) != takers.end();
    const bool ends = call == Call::compartment_activate || call == Call::compartment_stop;
    if (ends && dice_.chance(68)) { return any_call(); }
    return takes && builds_ && dice_.chance(80) ? any_call() : call;
  }
  /// Draws one argument after the other anew as long as that does not make an earlier refusal hold.
  void climb(const ConcreteSpec& state, Deed& deed) {
    const size_t goal = spec::rule_of<Concrete>(deed.call).refusals.size();
    size_t reached = first_refusal(state, deed);
    for (unsigned i = 0; i < 80 && reached < goal; ++i) {
      Deed other = deed;
      const size_t input = dice_.below(max_inputs + 1);
      if (input < max_inputs) {
        draw(other, input);
      } else {
        draw_caller(other);
      }
      const size_t reaches = first_refusal(state, other);
      if (reaches < reached) { continue; }
      deed = other;
      reached = reaches;
    }
  }
  /// Which refusal is the first to hold; the number of refusals if none does.
  static size_t first_refusal(const ConcreteSpec& state, const Deed& deed) {
    return spec::first_refusal(spec::rule_of<Concrete>(deed.call), state,
                               spec::name_inputs<Concrete>(deed.call, deed.arguments));
  }
  void draw_caller(Deed& deed) {
    const bool by_guest = dice_.chance(is_about_caller(deed.call) ? 98 : 2);
    deed.arguments.caller = CompartmentId<Concrete>(by_guest ? one_of(compartments) : 0);
  }
  void draw(Deed& deed, size_t input) {
    const auto& inputs = row_of(deed.call).inputs;
    if (input >= inputs.size()) { return; }
    const uint64_t word = fitting(inputs[input].kind);
    deed.arguments.words.at(input) = Word<Concrete>(dice_.chance(2) ? dice_.word() : dice_.chance(2) ? word + 1 : word);
  }
  uint64_t fitting(Kind kind) {
    constexpr std::array<uint64_t, 8> pages = {0, 0, 0, 1, 511, 512, 1 << 27, low_mask(35)};
    switch (kind) {
      case Kind::compartment:
        return dice_.chance(60) ? 1 : one_of(compartments);
      case Kind::pa:
        return one_of(frames()) << page_shift;
      case Kind::ipa:
        return (one_of(pages) | (dice_.chance(40) ? uint64_t{1} << 35 : 0)) << page_shift;
      case Kind::level:
        return 1 + dice_.below(3);
      case Kind::vcpu:
        return dice_.below(vcpus);
      case Kind::count:
        return 1 + dice_.below(512);
      case Kind::flag:
        return dice_.below(2);
      case Kind::bits:
        return dice_.word();
    }
    return 0;
  }
  template <class Pool>
  uint64_t one_of(const Pool& pool) {
    return pool[dice_.below(pool.size())];
  }

  Dice dice_;
  bool builds_ = true;
};

}  // namespace bulkhead::refine
