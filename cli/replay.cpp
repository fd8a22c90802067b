#include "cli/replay.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "cli/numbers.hpp"
#include "cli/replay_report.hpp"
#include "cli/tally.hpp"

namespace bulkhead::cli {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, Against> againsts = {
    {"spec", Against::spec}, {"engine", Against::engine}, {"both", Against::both}};

struct Options {
  std::vector<std::string> paths;
  std::string against = "both";
  std::string format = "auto";
  uint64_t stop_after = ~uint64_t{0};
  bool ignore_expect = false;
  bool json = false;
};

bool is_trace_name(const fs::path& path) {
  const std::string name = path.filename().string();
  const auto ends = [&](std::string_view end) {
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
  };
  return ends(".jsonl") || ends(".jsonl.gz") || ends(".jsonl.zst");
}

/// The traces in a folder, sorted by name.
std::vector<std::string> traces_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (is_trace_name(entry->path())) { files.push_back(entry->path().string()); }
  }
  if (problem) {
    throw Error({folder}, fmt::format("cannot be listed ({}); expected a readable folder", problem.message()));
  }
  if (files.empty()) { throw Error({folder}, "holds no trace; expected *.jsonl, *.jsonl.gz or *.jsonl.zst"); }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    const auto found = fs::is_directory(path, ignored) ? traces_in(path) : std::vector<std::string>{path};
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

TraceReport replay_stream(const Options& options, std::istream& in, const std::string& file, const Tally& tally) {
  trace::Reader reader(in, file);
  const auto judge = make_judge(againsts.at(options.against), reader.header().machine);
  const auto progress = [&](uint64_t events) { tally.show(fmt::format("{}: {} events", file, events)); };
  Outcome outcome = replay(reader, *judge, options.stop_after, progress);
  return {file, std::move(outcome), options.ignore_expect ? std::nullopt : reader.header().expectation};
}

TraceReport replay_file(const Options& options, Io& io, const std::string& file, const Tally& tally) {
  if (file == "-") { return replay_stream(options, io.in, file, tally); }
  const auto in = open_file(file);
  return replay_stream(options, *in, file, tally);
}

Exit run(const Options& options, Io& io) {
  using Clock = std::chrono::steady_clock;
  const Tally tally(io);
  const auto start = Clock::now();
  std::vector<TraceReport> reports;
  ReplayTotals totals;
  bool hold = true;
  for (const std::string& file : files_of(options.paths)) {
    reports.push_back(replay_file(options, io, file, tally));
    hold = hold && reports.back().holds();
    ++totals.traces;
    totals.events += reports.back().outcome.events;
    tally.clear();
    if (!options.json) { io.out << as_text(reports.back()); }
  }
  totals.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  io.out << (options.json ? as_json(reports, totals) : as_text(totals));
  return hold ? Exit::holds : Exit::violated;
}

void check_format(const std::string& format) {
  if (format == "casemate") {
    throw CLI::ValidationError("--format", "casemate is not supported in this version; expected auto or bulkhead");
  }
}

}  // namespace

void add_replay(CLI::App& app, Io& io, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("replay", "Judge recorded traces by the spec and the engine");
  command->add_option("TRACE", options->paths, "Traces, plain or compressed; a folder of them; - for standard input")
      ->required();
  command->add_option("--against", options->against, "Who judges: spec, engine, or both in lockstep (the default)")
      ->check(CLI::IsMember({"spec", "engine", "both"}));
  command->add_option("--format", options->format, "auto, bulkhead or casemate (not yet)")
      ->check(CLI::IsMember({"auto", "bulkhead", "casemate"}));
  command->add_option("--stop-after", options->stop_after, "Read at most so many events of each trace")
      ->check(natural_problem);
  command->add_flag("--ignore-expect", options->ignore_expect, "Judge traces of a corpus like any other");
  command->add_flag("--json", options->json, "Print one JSON document");
  command->footer("Example: bulkhead replay corpus/traces");
  command->callback([options, &io, &exit] {
    check_format(options->format);
    exit = run(*options, io);
  });
}

}  // namespace bulkhead::cli
