#include "refine/shrink_deeds.hpp"

#include <algorithm>

#include "refine/simpler.hpp"

namespace bulkhead::refine {
namespace {

using trace::Deed;
using Deeds = std::vector<Deed>;

/// Each number of each deed is tried with the whole sequence.
constexpr size_t most_to_simplify = 100;

/// Takes over a changed sequence, without what follows the failure, if it still fails.
bool adopt(Deeds& deeds, Deeds changed, const FailsAfter& fails_after) {
  const auto count = fails_after(changed);
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
bool drop_pieces(Deeds& deeds, size_t size, const FailsAfter& fails_after) {
  bool dropped = false;
  for (size_t end = deeds.size(); end > 0; end = std::min(end - std::min(end, size), deeds.size())) {
    const size_t first = end - std::min(end, size);
    dropped = adopt(deeds, without(deeds, first, end - first), fails_after) || dropped;
  }
  return dropped;
}

void drop_deeds(Deeds& deeds, const FailsAfter& fails_after) {
  for (size_t size = std::max<size_t>(deeds.size() / 2, 1); size > 1; size /= 2) {
    drop_pieces(deeds, size, fails_after);
  }
  while (drop_pieces(deeds, 1, fails_after)) {}
}

/// Tries simpler numbers at one place of one deed.
template <class Tag, class Place>
void simplify_at(Deeds& deeds, size_t i, const Place& place, const FailsAfter& fails_after) {
  using Number = Value<Concrete, Tag>;
  if (i >= deeds.size()) { return; }
  for (const uint64_t number : simpler(raw(Number(*place(deeds[i]))))) {
    Deeds changed = deeds;
    *place(changed[i]) = Number(number);
    if (adopt(deeds, std::move(changed), fails_after)) { return; }
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
void simplify(Deeds& deeds, size_t i, const FailsAfter& fails_after) {
  simplify_at<tag::Cpu>(deeds, i, cpu_in, fails_after);
  simplify_at<tag::CompartmentId>(deeds, i, caller_in, fails_after);
  for (size_t input = 0; i < deeds.size() && input < inputs_of(deeds[i]); ++input) {
    const auto word_in = [input](Deed& deed) { return &std::get<trace::CallEvent>(deed).arguments.words[input]; };
    simplify_at<tag::Word>(deeds, i, word_in, fails_after);
  }
  if (i >= deeds.size() || !std::holds_alternative<trace::AccessEvent>(deeds[i])) { return; }
  const auto ipa_in = [](Deed& deed) { return &std::get<trace::AccessEvent>(deed).ipa; };
  const auto value_in = [](Deed& deed) { return &std::get<trace::AccessEvent>(deed).value; };
  simplify_at<tag::Ipa>(deeds, i, ipa_in, fails_after);
  simplify_at<tag::Word>(deeds, i, value_in, fails_after);
}

}  // namespace

std::vector<Deed> shrink(std::vector<Deed> deeds, const FailsAfter& fails_after) {
  adopt(deeds, deeds, fails_after);
  drop_deeds(deeds, fails_after);
  if (deeds.size() > most_to_simplify) { return deeds; }
  for (size_t i = 0; i < deeds.size(); ++i) { simplify(deeds, i, fails_after); }
  drop_deeds(deeds, fails_after);
  return deeds;
}

}  // namespace bulkhead::refine
