#include "cli/generator.hpp"

#include <algorithm>
#include <bit>

#include "spec/rules.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;

constexpr uint64_t page_size = uint64_t{1} << page_shift;
constexpr uint64_t compartments = 3;  ///< ids in use
constexpr uint64_t most_vcpus = 3;    ///< indices in use, and how many vCPUs a compartment mostly may have
constexpr uint64_t frames = 64;       ///< RAM frames in use
constexpr unsigned candidates = 8;    ///< pairs of which the rarest is wanted first
constexpr unsigned draws = 60;        ///< of arguments for a wanted pair
constexpr unsigned wishes = 6;        ///< pairs wanted before a call is made anyway

/// Whether the call needs a run of frames to succeed.
bool needs_run(Call call) { return call == Call::block_fold || call == Call::block_split; }

/// Whether the call ends what others build on.
bool takes_down(Call call) {
  constexpr std::array takers = {Call::frame_reclaim,       Call::compartment_activate, Call::compartment_stop,
                                 Call::compartment_destroy, Call::table_destroy,        Call::page_unmap,
                                 Call::shared_unmap,        Call::page_relinquish};
  return std::find(takers.begin(), takers.end(), call) != takers.end();
}

template <size_t count>
uint64_t one_of(Random& random, const std::array<uint64_t, count>& list) {
  return list[random.below(count)];
}

/// Which failure condition of the call is the first to hold; the number of conditions if none does.
size_t first_refusal(const refine::ConcreteSpec& state, Call call, const Arguments<C>& arguments) {
  return spec::first_refusal(spec::rule_of<C>(call), state, spec::name_inputs<C>(call, arguments));
}

}  // namespace

Generator::Generator(uint64_t seed, const MachineDescription& machine)
    : random_(seed), machine_(machine), runs_(random_.next(), machine) {}

Deed Generator::next(const refine::ConcreteSpec& state, const Coverage& coverage) {
  if (const auto call = runs_.next(state)) { return *call; }
  if (random_.chance(15)) { return access(); }
  return call(state, coverage);
}

trace::AccessEvent Generator::access() {
  trace::AccessEvent event;
  event.cpu = Cpu<C>(random_.below(machine_.cpus));
  event.caller = random_.chance(50) ? CompartmentId<C>(0) : someone();
  event.kind = random_.chance(50) ? trace::AccessKind::load : trace::AccessKind::store;
  // The host's IPAs are physical addresses.
  event.ipa = Ipa<C>((raw(event.caller) == 0 ? pa() : ipa()) + 8 * one_of(random_, std::array<uint64_t, 3>{0, 1, 511}));
  event.value = Word<C>(random_.next());
  return event;
}

trace::CallEvent Generator::call(const refine::ConcreteSpec& state, const Coverage& coverage) {
  if (left_of_phase_ == 0) { begin_phase(); }
  --left_of_phase_;
  trace::CallEvent event;
  event.cpu = Cpu<C>(random_.below(machine_.cpus));
  for (unsigned i = 0; i < wishes; ++i) {
    // The rare is wanted first; what cannot be had now needs others before it.
    const Pair pair = wanted(coverage, i < 3 ? candidates : 1);
    event.call = pair.call;
    if (!find_arguments(state, pair, event.arguments)) { continue; }
    if (pair.status == Status::ok) { remember(event); }
    return event;
  }
  // A phase in which nothing can be had any more ends soon.
  left_of_phase_ /= 2;
  return event;
}

/// Keeps the IPAs of a call that succeeds.
void Generator::remember(const trace::CallEvent& event) {
  const auto& inputs = row_of(event.call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind != Kind::ipa) { continue; }
    recent_ipas_[oldest_] = raw(event.arguments.words[i]);
    oldest_ = (oldest_ + 1) % recent_ipas_.size();
  }
}

/// Climbs towards the wish: of a call's conditions, in their order, ever later ones are the first to
/// hold, while one argument after the other is drawn anew.
bool Generator::find_arguments(const refine::ConcreteSpec& state, Pair wanted, Arguments<C>& best) {
  const size_t goal = goal_of(wanted);
  best = draw_all(wanted);
  size_t reached = first_refusal(state, wanted.call, best);
  for (unsigned i = 0; i < draws && reached != goal; ++i) {
    Arguments<C> other = best;
    redraw_one(other, wanted);
    const size_t reaches = first_refusal(state, wanted.call, other);
    if (reaches > goal || (reaches < reached && reached <= goal)) { continue; }
    best = other;
    reached = reaches;
  }
  return reached == goal;
}

/// One of the failure conditions with the status; the number of conditions for `ok`.
size_t Generator::goal_of(Pair wanted) {
  const auto& refusals = spec::rule_of<C>(wanted.call).refusals;
  std::vector<size_t> goals;
  for (size_t i = 0; i < refusals.size(); ++i) {
    if (refusals[i].status == wanted.status) { goals.push_back(i); }
  }
  return goals.empty() ? refusals.size() : goals[random_.below(goals.size())];
}

/// In each phase only some calls are meant to succeed (swarm testing). Half of the phases build and take
/// nothing down, so that states come up that need many calls; some only take down, so that all of it goes.
void Generator::begin_phase() {
  left_of_phase_ = 50 + random_.below(400);
  const bool builds = random_.chance(50);
  const bool ends = !builds && random_.chance(30);
  in_fashion_.clear();
  for (const CallRow& row : calls) {
    const bool counter = takes_down(row.call) ? builds : ends;
    const bool always_succeeds = row.inputs.size() == 0;
    if (!counter && !needs_run(row.call) && random_.chance(always_succeeds ? 10 : ends ? 90 : 70)) {
      in_fashion_.push_back(row.call);
    }
  }
}

/// Of so many pairs, mostly successes, the one that came up least, by the order of magnitude.
Pair Generator::wanted(const Coverage& coverage, unsigned candidates) {
  const bool success = !in_fashion_.empty() && random_.chance(82);
  const auto any = [&]() -> Pair {
    if (success) { return {in_fashion_[random_.below(in_fashion_.size())], Status::ok}; }
    const Call call = calls[random_.below(calls.size())].call;
    const auto& statuses = reachable_statuses(call);
    return {call, statuses[random_.below(statuses.size())]};
  };
  Pair least = any();
  for (unsigned i = 1; i < candidates; ++i) {
    const Pair other = any();
    if (std::bit_width(coverage.times(other)) < std::bit_width(coverage.times(least))) { least = other; }
  }
  return least;
}

Arguments<C> Generator::draw_all(Pair wanted) {
  Arguments<C> arguments;
  draw_caller(arguments, wanted);
  for (size_t i = 0; i < row_of(wanted.call).inputs.size(); ++i) { draw(arguments, i, wanted); }
  return arguments;
}

void Generator::redraw_one(Arguments<C>& arguments, Pair wanted) {
  const size_t inputs = row_of(wanted.call).inputs.size();
  const size_t which = random_.below(inputs + 1);
  if (which == inputs) {
    draw_caller(arguments, wanted);
  } else {
    draw(arguments, which, wanted);
  }
}

void Generator::draw_caller(Arguments<C>& arguments, Pair wanted) {
  const bool is_denied = wanted.status == Status::denied;
  const bool by_guest = is_about_caller(wanted.call);
  // A guest may be denied as well, where it does not run.
  const unsigned share = by_guest ? (is_denied ? 50 : 99) : is_denied ? 80 : 1;
  arguments.caller = random_.chance(share) ? someone() : CompartmentId<C>(0);
}

void Generator::draw(Arguments<C>& arguments, size_t input, Pair wanted) {
  const Kind kind = row_of(wanted.call).inputs[input].kind;
  const bool spoil = random_.chance(wanted.status == Status::ok ? 1 : 12);
  arguments.words[input] = Word<C>(spoil ? malformed(kind) : well_formed(kind));
}

uint64_t Generator::well_formed(Kind kind) {
  switch (kind) {
    case Kind::compartment:
      return raw(someone());
    case Kind::pa:
      return pa();
    case Kind::ipa:
      return ipa();
    case Kind::level:
      return 1 + random_.below(leaf_level);
    case Kind::vcpu:
      return random_.below(most_vcpus);
    case Kind::count:
      return random_.chance(70) ? 1 + random_.below(most_vcpus) : 1 + random_.below(512);
    case Kind::flag:
      return random_.below(2);
    case Kind::bits:
      return random_.next();
  }
  return 0;
}

/// Values beside the edge of what is well-formed, or far from it.
uint64_t Generator::malformed(Kind kind) {
  constexpr uint64_t beyond = uint64_t{1} << address_bits;
  switch (kind) {
    case Kind::compartment:
      return one_of(random_, std::array<uint64_t, 4>{0, 65536, 65537, ~uint64_t{0}});
    case Kind::pa: {
      const uint64_t end = machine_.ram.back().end;
      return one_of(random_, std::array<uint64_t, 6>{pa() + 8, pa() | beyond, end, end - page_size,
                                                     machine_.engine_devices.front().first, ~uint64_t{0}});
    }
    case Kind::ipa:
      return one_of(random_, std::array<uint64_t, 4>{ipa() + 1, ipa() | beyond, beyond - page_size, ~uint64_t{0}});
    case Kind::level:
      return one_of(random_, std::array<uint64_t, 4>{0, 4, 5, ~uint64_t{0}});
    case Kind::vcpu:
      return one_of(random_, std::array<uint64_t, 4>{511, 512, 513, ~uint64_t{0}});
    case Kind::count:
      return one_of(random_, std::array<uint64_t, 4>{0, 513, 1025, ~uint64_t{0}});
    case Kind::flag:
      return one_of(random_, std::array<uint64_t, 3>{2, 3, ~uint64_t{0}});
    case Kind::bits:
      return random_.next();
  }
  return 0;
}

/// A page of either half, often one that a call just succeeded at, mostly under the first entry of each table, so that
/// tables meet.
uint64_t Generator::ipa() {
  const Run* run = runs_.built();
  if (run != nullptr && random_.chance(15)) { return run->ipa + (random_.chance(50) ? 0 : offset_in_run()); }
  if (random_.chance(40)) { return recent_ipas_[random_.below(recent_ipas_.size())]; }
  uint64_t page = random_.below(2) << (address_bits - 1 - page_shift);
  for (unsigned level = 0; level < leaf_level; ++level) {
    if (random_.chance(15)) { page += one_of(random_, std::array<uint64_t, 2>{1, 255}) << span_shift(level); }
  }
  if (random_.chance(60)) { page += random_.chance(10) ? entries_per_table - 1 : random_.below(16); }
  return page << page_shift;
}

uint64_t Generator::pa() {
  const Run* run = runs_.built();
  if (run != nullptr && random_.chance(5)) { return run->pa + offset_in_run(); }
  return machine_.ram.front().first + random_.below(frames) * page_size;
}

uint64_t Generator::offset_in_run() { return random_.below(entries_per_table) * page_size; }

CompartmentId<C> Generator::someone() {
  const Run* run = runs_.built();
  if (run != nullptr && random_.chance(15)) { return run->compartment; }
  return CompartmentId<C>(1 + random_.below(compartments));
}

}  // namespace bulkhead::cli
