#include "cli/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/concrete.hpp"
#include "spec/rules.hpp"

namespace bulkhead::cli {
namespace {

std::vector<Status> statuses_of(Call call) {
  std::vector<Status> list{Status::ok};
  for (const auto& refusal : spec::rule_of<Concrete>(call).refusals) {
    if (std::find(list.begin(), list.end(), refusal.status) == list.end()) { list.push_back(refusal.status); }
  }
  return list;
}

bool is_reachable(Pair pair) {
  const auto& list = reachable_statuses(pair.call);
  return std::find(list.begin(), list.end(), pair.status) != list.end();
}

Status status_at(size_t i) { return static_cast<Status>(i); }

}  // namespace

const std::vector<Status>& reachable_statuses(Call call) {
  static const auto all = [] {
    std::array<std::vector<Status>, calls.size()> lists;
    for (const CallRow& row : calls) { lists[static_cast<size_t>(row.call)] = statuses_of(row.call); }
    return lists;
  }();
  return all[static_cast<size_t>(call)];
}

std::vector<Pair> reachable_pairs() {
  std::vector<Pair> pairs;
  for (const CallRow& row : calls) {
    for (const Status status : reachable_statuses(row.call)) { pairs.push_back({row.call, status}); }
  }
  return pairs;
}

uint64_t Coverage::calls_made() const {
  uint64_t sum = 0;
  for (const auto& of_call : times_) {
    for (const uint64_t times : of_call) { sum += times; }
  }
  return sum;
}

uint64_t Coverage::successes() const {
  uint64_t sum = 0;
  for (const CallRow& row : calls) { sum += times({row.call, Status::ok}); }
  return sum;
}

std::vector<Pair> Coverage::below(uint64_t times) const {
  std::vector<Pair> list = reachable_pairs();
  const auto often = [&](const Pair& pair) { return this->times(pair) >= times; };
  list.erase(std::remove_if(list.begin(), list.end(), often), list.end());
  return list;
}

std::string Coverage::table() const {
  std::string text = fmt::format("{:<20}", "");
  for (const std::string_view status : status_names) { text += fmt::format(" {:>12}", status); }
  for (const CallRow& row : calls) {
    text += fmt::format("\n{:<20}", row.name);
    for (size_t i = 0; i < status_names.size(); ++i) {
      const Pair pair{row.call, status_at(i)};
      const bool shown = is_reachable(pair) || times(pair) != 0;
      text += shown ? fmt::format(" {:>12}", times(pair)) : fmt::format(" {:>12}", "-");
    }
  }
  return text + "\n";
}

}  // namespace bulkhead::cli
