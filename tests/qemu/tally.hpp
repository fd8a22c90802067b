#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/qemu/census.hpp"
#include "tests/qemu/choices.hpp"

namespace bulkhead::qemu {

/// How the queries of one CPU model came out.
struct CpuTally {
  std::string cpu;
  size_t compared = 0;
  size_t same = 0;
  size_t explained = 0;
  size_t unexplained = 0;
  size_t block_at_level_minus_1 = 0;  ///< not asked
  size_t walk_of_devices = 0;         ///< not asked
};

/// The outcome of all queries.
class Tally {
 public:
  /// The queries that follow are those of this CPU model.
  void start(const std::string& cpu) { cpus_.push_back({.cpu = cpu}); }
  void count(const Case& of, const hw::Features& features, const Query& query, const Compared& compared,
             uint64_t answer);
  void count_unasked(const Opinion& model, Obstacle obstacle);

  /// What is not as it must be whatever the CPU models are: differences that nothing explains.
  std::vector<std::string> differences() const { return differences_; }
  /// What is not as it must be with all CPU models: kinds of query that there were none of, departures that explained
  /// nothing, choices that no query met.
  std::vector<std::string> gaps() const;
  /// The counts as text.
  std::string text() const;

 private:
  std::vector<CpuTally> cpus_;
  std::array<size_t, departure_texts.size()> departures_{};
  std::array<size_t, std::tuple_size_v<decltype(choices)>> choices_{};
  Census census_;
  std::vector<std::string> differences_;
};

}  // namespace bulkhead::qemu
