#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/cli/folder.hpp"
#include "tests/qemu/study.hpp"
#include "tests/qemu/test_program.hpp"

/// Compares the walk of hw/ with QEMU's, which nobody here wrote (docs/hardware.md).
namespace bulkhead::qemu {
namespace {

struct Options {
  std::string guest;
  uint64_t seed = 1;
  size_t queries = 900'000;
  std::vector<std::string> cpus{};
  std::string keep{};
  std::string vectors{};
};

/// A CPU model of QEMU, and its share of the queries.
struct Share {
  std::string cpu;
  size_t parts;
};

/// Without any chosen: seven models, most queries to the one that has every feature.
std::vector<Share> shares_of(const Options& options) {
  if (options.cpus.empty()) {
    return {{"max", 4},        {"max,lpa2=off", 1}, {"neoverse-n1", 1}, {"cortex-a76", 1},
            {"cortex-a72", 1}, {"cortex-a53", 1},   {"a64fx", 1}};
  }
  std::vector<Share> shares;
  for (const std::string& cpu : options.cpus) { shares.push_back({cpu, 1}); }
  return shares;
}

/// A part of the queries, when they are dealt out to all shares.
size_t queries_of_part(const Options& options, const std::vector<Share>& shares) {
  size_t parts = 0;
  for (const Share& share : shares) { parts += share.parts; }
  return (options.queries + parts - 1) / parts;
}

std::string kept_folder(const std::string& path) {
  std::filesystem::create_directories(path);
  return std::filesystem::absolute(path);
}

std::vector<std::string> problems_of(const Tally& tally, const Options& options, bool ends_at_block) {
  std::vector<std::string> problems = tally.differences();
  // Fewer CPU models or queries do not show everything.
  if (!options.cpus.empty() || options.queries < Options{}.queries) { return problems; }
  for (std::string& gap : tally.gaps()) { problems.push_back(std::move(gap)); }
  if (!ends_at_block) { problems.emplace_back("QEMU survives a block at level -1 now: ask for it"); }
  return problems;
}

int compare(const Options& options, const std::string& qemu) {
  const auto start = std::chrono::steady_clock::now();
  const test::Folder temporary;
  const std::string folder = options.keep.empty() ? temporary.path() : kept_folder(options.keep);
  const std::string guest = std::filesystem::absolute(options.guest);
  const std::vector<Share> shares = shares_of(options);
  const size_t part = queries_of_part(options, shares);
  const auto machine = [&](const std::string& cpu) { return Machine(qemu, guest, cpu, folder); };
  Tally tally;
  std::ofstream vectors;
  if (!options.vectors.empty()) { vectors.open(options.vectors, std::ios::binary); }
  for (size_t i = 0; i < shares.size(); ++i) {
    tally.start(shares[i].cpu);
    study(machine(shares[i].cpu), options.seed + (i << 32), part * shares[i].parts, tally,
          vectors.is_open() ? &vectors : nullptr);
  }
  if (!vectors) { throw std::runtime_error("cannot write " + options.vectors); }
  const bool ends = ends_at_block_of_level_minus_1(machine("max"));
  fmt::print("{}\nQEMU {} at a block of level -1 without access flag\n", tally.text(),
             ends ? "ends itself" : "goes on");
  const std::vector<std::string> problems = problems_of(tally, options, ends);
  for (const std::string& problem : problems) { fmt::print("\nFAILED: {}\n", problem); }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("\n{} in {:.1f} s\n", problems.empty() ? "the model and QEMU agree" : "FAILED", seconds.count());
  return problems.empty() ? 0 : 1;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Compares the stage-2 walk of the model with that of QEMU");
  app.add_option("--guest", options.guest, "The guest program, an ELF file; none if it could not be built");
  app.add_option("--seed", options.seed, "Of the queries")->capture_default_str();
  app.add_option("--queries", options.queries, "How many, over all CPU models")->capture_default_str();
  app.add_option("--cpu", options.cpus, "A CPU model of QEMU; several by several options")->allow_extra_args(false);
  app.add_option("--keep", options.keep, "A folder for the files that QEMU reads and writes, kept");
  app.add_option("--vectors", options.vectors, "A file for the queries and QEMU's answers (tests/qemu/vectors.hpp)");
  CLI11_PARSE(app, argc, argv);
  return with_qemu(options.guest, [&](const std::string& qemu) { return compare(options, qemu); });
}

}  // namespace
}  // namespace bulkhead::qemu

int main(int argc, char** argv) { return bulkhead::qemu::run_program(&bulkhead::qemu::run, argc, argv); }
