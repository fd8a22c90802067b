#include "tests/arrows/arrows.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string_view>

namespace bulkhead::arrows {
namespace {

namespace fs = std::filesystem;

struct Include {
  size_t line;
  std::string target;
  bool quoted;
};

struct Source {
  std::string path;
  std::vector<Include> includes;
};

/// What the files of a folder may include beyond the folder itself and the standard library.
struct Floor {
  std::set<std::string_view> folders;
  std::set<std::string_view> libraries;
};

const std::map<std::string_view, Floor>& floors() {
  static const std::map<std::string_view, Floor> table = {
      {"model", {{}, {"fmt", "json", "zlib", "zstd"}}},
      {"hw", {{"model"}, {"fmt"}}},
      {"spec", {{"model"}, {"fmt"}}},
      {"impl", {{"model", "hw"}, {"fmt"}}},
      {"refine", {{"model", "hw", "spec", "impl"}, {"fmt", "z3", "posix"}}},
      {"cli", {{"model", "hw", "spec", "impl", "refine"}, {"fmt", "json", "cli11", "pugixml", "posix"}}},
  };
  return table;
}

/// The first folder of a path, or the path if it has none.
std::string_view first_part(std::string_view path) { return path.substr(0, path.find('/')); }

/// Which library an angle-bracket include belongs to: `std` for a name without folder or suffix,
/// empty for one that no floor knows.
std::string_view library_of(std::string_view target) {
  static const std::map<std::string_view, std::string_view> by_folder = {
      {"fmt", "fmt"},         {"nlohmann", "json"},       {"CLI", "cli11"},    {"z3++.h", "z3"},
      {"z3.h", "z3"},         {"pugixml.hpp", "pugixml"}, {"zlib.h", "zlib"},  {"zstd.h", "zstd"},
      {"unistd.h", "posix"},  {"sys", "posix"},           {"poll.h", "posix"}, {"fcntl.h", "posix"},
      {"fnmatch.h", "posix"},
  };
  const auto known = by_folder.find(first_part(target));
  if (known != by_folder.end()) { return known->second; }
  return target.find_first_of("./") == std::string_view::npos ? "std" : "";
}

Source read_source(const fs::path& root, const fs::path& file) {
  static const std::regex pattern(R"re(^\s*#\s*include\s*(["<])([^">]+)[">].*)re");
  Source source{file.lexically_relative(root).generic_string(), {}};
  std::ifstream stream(file);
  std::string text;
  std::smatch match;
  for (size_t line = 1; std::getline(stream, text); ++line) {
    if (std::regex_match(text, match, pattern)) { source.includes.push_back({line, match[2], match[1] == "\""}); }
  }
  return source;
}

bool holds_sources(const fs::path& folder) {
  static const std::set<std::string> others = {"tests", "corpus", "docs"};
  const std::string name = folder.filename().string();
  return !others.contains(name) && !name.starts_with('.') && !name.starts_with("build");
}

std::map<std::string, Source> read_tree(const fs::path& root) {
  std::map<std::string, Source> sources;
  for (const auto& folder : fs::directory_iterator(root)) {
    if (!folder.is_directory() || !holds_sources(folder.path())) { continue; }
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      const std::string suffix = entry.path().extension().string();
      if (suffix != ".hpp" && suffix != ".cpp") { continue; }
      Source source = read_source(root, entry.path());
      sources.emplace(source.path, std::move(source));
    }
  }
  return sources;
}

/// Why a file of `folder` may not have the include; empty if it may.
std::string objection(std::string_view folder, const Floor& floor, const Include& include, const fs::path& root) {
  const std::string owner(folder);
  if (include.quoted) {
    const std::string_view target = first_part(include.target);
    if (!fs::is_regular_file(root / include.target)) { return "no file \"" + include.target + "\" from the root"; }
    if (target == folder || floor.folders.contains(target)) { return ""; }
    return owner + "/ may not include \"" + include.target + "\"";
  }
  const std::string_view library = library_of(include.target);
  if (library == "std" || floor.libraries.contains(library)) { return ""; }
  return owner + "/ may not include <" + include.target + ">";
}

std::vector<Finding> check_floors(const std::map<std::string, Source>& sources, const fs::path& root) {
  std::vector<Finding> findings;
  for (const auto& [path, source] : sources) {
    const std::string_view folder = first_part(path);
    const auto floor = floors().find(folder);
    if (floor == floors().end()) {
      findings.push_back({path, 0, "no floor is named " + std::string(folder) + "/"});
      continue;
    }
    for (const Include& include : source.includes) {
      const std::string why = objection(folder, floor->second, include, root);
      if (!why.empty()) { findings.push_back({path, include.line, why}); }
    }
  }
  return findings;
}

/// JSON is read and written in one file of model/; every further one is a finding.
std::vector<Finding> check_json(const std::map<std::string, Source>& sources) {
  std::vector<Finding> findings;
  std::string first;
  for (const auto& [path, source] : sources) {
    if (first_part(path) != "model") { continue; }
    for (const Include& include : source.includes) {
      if (include.quoted || library_of(include.target) != "json" || path == first) { continue; }
      if (first.empty()) {
        first = path;
      } else {
        findings.push_back({path, include.line, "JSON belongs in one file of model/, and " + first + " has it"});
      }
    }
  }
  return findings;
}

/// Processes and pipes belong in the workers of refine/, and where it runs another program; a proof itself needs no
/// system.
std::vector<Finding> check_system(const std::map<std::string, Source>& sources) {
  static const std::set<std::string_view> workers = {"refine/message.cpp",    "refine/mutate.cpp",
                                                     "refine/subprocess.cpp", "refine/worker.hpp",
                                                     "refine/worker.cpp",     "refine/worker_pool.cpp"};
  std::vector<Finding> findings;
  for (const auto& [path, source] : sources) {
    if (first_part(path) != "refine" || workers.contains(path)) { continue; }
    for (const Include& include : source.includes) {
      if (include.quoted || library_of(include.target) != "posix") { continue; }
      findings.push_back({path, include.line, "in refine/, <" + include.target + "> belongs to the workers"});
    }
  }
  return findings;
}

/// Everything that a file includes, however indirectly.
void collect(const std::map<std::string, Source>& sources, const std::string& path, std::set<std::string>& reached) {
  const auto found = sources.find(path);
  if (found == sources.end() || !reached.insert(path).second) { return; }
  for (const Include& include : found->second.includes) {
    if (include.quoted) { collect(sources, include.target, reached); }
  }
}

/// The abstraction reads concrete state as hardware would: the engine's own decoding must be out of
/// its reach, or a wrong encoding could vouch for itself.
std::vector<Finding> check_abstraction(const std::map<std::string, Source>& sources) {
  const std::string abstraction = "refine/abstraction.hpp";
  const std::string decoding = "impl/descriptor.hpp";
  std::set<std::string> reached;
  collect(sources, abstraction, reached);
  if (!reached.contains(decoding)) { return {}; }
  return {{abstraction, 0, "the abstraction may not reach \"" + decoding + "\""}};
}

}  // namespace

std::vector<Finding> wrong_arrows(const fs::path& root) {
  const auto sources = read_tree(root);
  std::vector<Finding> findings = check_floors(sources, root);
  for (const auto& more : {check_json(sources), check_system(sources), check_abstraction(sources)}) {
    findings.insert(findings.end(), more.begin(), more.end());
  }
  std::sort(findings.begin(), findings.end());
  return findings;
}

}  // namespace bulkhead::arrows
