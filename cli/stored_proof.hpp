#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::cli {

/// A goal of a stored proof.
struct StoredGoal {
  std::string name;
  std::string theorem;
  std::string call;
  std::string says;
  std::string verdict;
  double seconds = 0;
};

/// What a report shows of a `bulkhead-proof/1` document.
struct StoredProof {
  struct Part {
    std::string subject;
    std::string verdict;
    uint64_t goals = 0;
    uint64_t paths = 0;
    double seconds = 0;
  };
  std::string path;  ///< of the file
  std::string verdict;
  std::string solver;  ///< with its version
  double seconds = 0;
  std::vector<Part> parts;
  std::vector<StoredGoal> goals;
};

/// Throws Error for what is no such document; members that a report does not need are not looked at.
StoredProof read_proof(std::string_view text, const std::string& file);
/// Throws Error also for what cannot be read.
StoredProof load_proof(const std::string& path);

}  // namespace bulkhead::cli
