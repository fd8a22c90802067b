#include "refine/shrink_deeds.hpp"

#include <algorithm>

#include "refine/simpler.hpp"

namespace bulkhead::refine {
namespace {

using trace::Deed;
using Deeds = std::vector<Deed>;

/// Each number of each deed is tried with the whole sequence.
constexpr size_t most_to_simplify = 100;

/// How many deeds are done in all to find out which are needed, where those given are few, and how often those given
/// may be done where they are many. Most of a thousand calls that fill a table are needed: each is not tried.
constexpr size_t most_done = 100'000;
constexpr size_t most_times = 16;

/// Tries sequences, and counts what that costs.
class Trials {
 public:
  Trials(const FailsAfter& fails_after, size_t given)
      : fails_after_(fails_after), left_(most_done + most_times * given) {}

  bool is_over() const { return left_ == 0; }
  std::optional<size_t> operator()(const Deeds& deeds) {
    left_ -= std::min(left_, deeds.size());
    return fails_after_(deeds);
  }

 private:
  const FailsAfter& fails_after_;
  size_t left_;
};

/// Takes over a changed sequence, without what follows the failure, if it still fails.
bool adopt(Deeds& deeds, Deeds changed, Trials& trials) {
  const auto count = trials(changed);
  if (!count) { return false; }
  changed.resize(*count);
  deeds = std::move(changed);
  return true;
}

Deeds without(const Deeds& deeds, size_t first, size_t count) {
  Deeds rest(deeds.begin(), deeds.begin() + static_cast<std::ptrdiff_t>(first));
  rest.insert(rest.end(), deeds.begin() + static_cast<std::ptrdiff_t>(std::min(first + count, deeds.size())),
              deeds.end());
  return rest;
}

/// Leaves out every piece of the size that is not needed, from the end on. Whether there was one.
bool drop_pieces(Deeds& deeds, size_t size, Trials& trials) {
  bool dropped = false;
  for (size_t end = deeds.size(); end > 0 && !trials.is_over();
       end = std::min(end - std::min(end, size), deeds.size())) {
    const size_t first = end - std::min(end, size);
    dropped = adopt(deeds, without(deeds, first, end - first), trials) || dropped;
  }
  return dropped;
}

void drop_deeds(Deeds& deeds, Trials& trials) {
  for (size_t size = std::max<size_t>(deeds.size() / 2, 1); size > 1; size /= 2) { drop_pieces(deeds, size, trials); }
  while (!trials.is_over() && drop_pieces(deeds, 1, trials)) {}
}

/// Tries simpler numbers at one place of one deed.
template <class Tag, class Place>
void simplify_at(Deeds& deeds, size_t i, const Place& place, Trials& trials) {
  using Number = Value<Concrete, Tag>;
  if (i >= deeds.size()) { return; }
  for (const uint64_t number : simpler(raw(Number(*place(deeds[i]))))) {
    Deeds changed = deeds;
    *place(changed[i]) = Number(number);
    if (adopt(deeds, std::move(changed), trials)) { return; }
  }
}

Cpu<Concrete>* cpu_in(Deed& deed) {
  return std::visit([](auto& what) { return &what.cpu; }, deed);
}

CompartmentId<Concrete>* caller_in(Deed& deed) {
  if (auto* call = std::get_if<trace::CallEvent>(&deed)) { return &call->arguments.caller; }
  return &std::get<trace::AccessEvent>(deed).caller;
}

size_t inputs_of(const Deed& deed) {
  const auto* call = std::get_if<trace::CallEvent>(&deed);
  return call == nullptr ? 0 : row_of(call->call).inputs.size();
}

/// Simplifies the numbers of one deed. Whenever a change is adopted the sequence may become shorter.
void simplify(Deeds& deeds, size_t i, Trials& trials) {
  simplify_at<tag::Cpu>(deeds, i, cpu_in, trials);
  simplify_at<tag::CompartmentId>(deeds, i, caller_in, trials);
  for (size_t input = 0; i < deeds.size() && input < inputs_of(deeds[i]); ++input) {
    const auto word_in = [input](Deed& deed) { return &std::get<trace::CallEvent>(deed).arguments.words[input]; };
    simplify_at<tag::Word>(deeds, i, word_in, trials);
  }
  if (i >= deeds.size() || !std::holds_alternative<trace::AccessEvent>(deeds[i])) { return; }
  const auto ipa_in = [](Deed& deed) { return &std::get<trace::AccessEvent>(deed).ipa; };
  const auto value_in = [](Deed& deed) { return &std::get<trace::AccessEvent>(deed).value; };
  simplify_at<tag::Ipa>(deeds, i, ipa_in, trials);
  simplify_at<tag::Word>(deeds, i, value_in, trials);
}

}  // namespace

std::vector<Deed> shrink(std::vector<Deed> deeds, const FailsAfter& fails_after) {
  Trials trials(fails_after, deeds.size());
  adopt(deeds, deeds, trials);
  drop_deeds(deeds, trials);
  if (deeds.size() > most_to_simplify) { return deeds; }
  for (size_t i = 0; i < deeds.size(); ++i) { simplify(deeds, i, trials); }
  drop_deeds(deeds, trials);
  return deeds;
}

}  // namespace bulkhead::refine
