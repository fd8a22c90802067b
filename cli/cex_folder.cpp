#include "cli/cex_folder.hpp"

#include <filesystem>

#include "cli/cex_file.hpp"
#include "cli/goals.hpp"
#include "cli/output_file.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

std::string path_of(const std::string& folder, const std::string& goal) {
  return (std::filesystem::path(folder) / cex_file_name(goal)).string();
}

}  // namespace

void prepare_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder, error)) {
    throw Error({folder}, "cannot be made; expected a folder, or a name for one");
  }
  check_writable(path_of(folder, "goal"));
}

void write_counterexample(const std::string& folder, const std::string& name, const refine::Counterexample& cex) {
  const std::string path = path_of(folder, name);
  write_file(path, cex_text(cex));
  if (!cex.trace.text.empty()) {
    write_file(std::filesystem::path(path).replace_extension(".jsonl").string(), cex.trace.text);
  }
}

size_t write_counterexamples(const std::string& folder, const ProofReport& report) {
  const auto refuted = obligations_where(report.proof, [](const auto& goal) { return !goal.counterexample.empty(); });
  for (const refine::Obligation* goal : refuted) {
    write_counterexample(folder, goal->name(), goal->counterexample.front());
  }
  return refuted.size();
}

}  // namespace bulkhead::cli
