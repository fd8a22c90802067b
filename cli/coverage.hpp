#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/calls.hpp"
#include "model/status.hpp"

namespace bulkhead::cli {

/// A call and a status it may return.
struct Pair {
  Call call;
  Status status;
};

/// How often calls returned what.
class Coverage {
 public:
  void count(Pair pair) { ++at(pair); }
  uint64_t times(Pair pair) const { return times_[static_cast<size_t>(pair.call)][static_cast<size_t>(pair.status)]; }
  uint64_t calls_made() const;
  uint64_t successes() const;
  /// The reachable pairs that occurred fewer times than that.
  std::vector<Pair> below(uint64_t times) const;
  /// A table call × status × times, `-` where the spec never gives the status.
  std::string table() const;

 private:
  uint64_t& at(Pair pair) { return times_[static_cast<size_t>(pair.call)][static_cast<size_t>(pair.status)]; }

  std::array<std::array<uint64_t, status_names.size()>, calls.size()> times_{};
};

/// Every status that the call may return: `ok`, and those of its failure conditions.
const std::vector<Status>& reachable_statuses(Call call);
/// The same of all calls.
std::vector<Pair> reachable_pairs();

}  // namespace bulkhead::cli
