#include "cli/report_files.hpp"

#include <array>
#include <filesystem>
#include <set>

#include "cli/junit.hpp"
#include "cli/markdown.hpp"
#include "cli/output_file.hpp"
#include "cli/sarif.hpp"
#include "model/error.hpp"

namespace bulkhead::cli {
namespace {

struct Format {
  const std::string& path;
  std::string (*text)(const ProofReport&);
};

std::array<Format, 3> formats(const ReportFiles& files) {
  return {{{files.junit, as_junit}, {files.sarif, as_sarif}, {files.markdown, as_markdown}}};
}

}  // namespace

void check_writable(const ReportFiles& files) {
  std::set<std::filesystem::path> seen;
  for (const Format& format : formats(files)) {
    if (format.path.empty()) { continue; }
    check_writable(format.path);
    std::error_code none;
    const auto target = std::filesystem::weakly_canonical(format.path, none);
    if (!seen.insert(none ? std::filesystem::path(format.path) : target).second) {
      throw Error({format.path}, "named for two reports; expected a file for each");
    }
  }
}

std::vector<std::string> write(const ReportFiles& files, const ProofReport& report) {
  std::vector<std::string> problems;
  for (const Format& format : formats(files)) {
    if (format.path.empty()) { continue; }
    try {
      write_file(format.path, format.text(report));
    } catch (const std::exception& problem) { problems.emplace_back(problem.what()); }
  }
  return problems;
}

}  // namespace bulkhead::cli
