#pragma once

#include <map>
#include <string>
#include <vector>

#include "refine/proof.hpp"
#include "refine/worker.hpp"

namespace bulkhead::refine {

/// Makes a proof of what workers say. A goal is in it from the moment it is listed; who proves it only fills it in.
class Gathering {
 public:
  explicit Gathering(const std::vector<Job>& jobs);

  /// What follows is said by workers of that purpose. Goals are listed first.
  void begin(Purpose purpose) { purpose_ = purpose; }
  /// Throws Unreadable if the record is not one that a worker of this purpose sends.
  void add(size_t job, GoalRecord record);
  void end(size_t job, const Ending& ending);

  bool is_stopped() const { return proof_.stopped; }
  Progress progress() const { return {done_, all_}; }
  /// The proof, once all has ended.
  Proof result();

 private:
  struct Job {
    std::map<std::string, size_t> place;  ///< of each goal listed, by name
    std::string begun;                    ///< the theorem of the goal that the worker is at
  };

  void list(size_t job, Obligation goal);
  void settle(size_t job, Obligation goal);
  void end_list(size_t job, const Ending& ending);
  void end_proof(size_t job, const Ending& ending);
  void blame(size_t job, const std::string& why);
  void explain_interrupt();
  void add_goal(size_t job, Verdict verdict, const std::string& why);

  Purpose purpose_ = Purpose::list;
  Proof proof_;
  std::vector<Job> jobs_;
  size_t done_ = 0;
  size_t all_ = 0;
};

}  // namespace bulkhead::refine
