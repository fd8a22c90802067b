#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <filesystem>

#include "tests/cli/folder.hpp"
#include "tests/qemu/machine.hpp"
#include "tests/qemu/register_judge.hpp"
#include "tests/qemu/test_program.hpp"

/// Compares the table of the registers that a guest can write with what QEMU's CPUs have (docs/hardware.md).
namespace bulkhead::qemu {
namespace {

constexpr std::array cpus = {"max", "neoverse-n1", "cortex-a76", "cortex-a72", "cortex-a53", "a64fx"};

void print_counts(const char* cpu, const Scan& scan) {
  const auto count = [&scan](const auto& is_meant) { return std::count_if(scan.begin(), scan.end(), is_meant); };
  fmt::print("{:<12} {:>4} hold what a guest writes, {:>4} can be written, {:>4} are trapped\n", cpu,
             count([](const Scanned& s) { return s.held != 0; }),
             count([](const Scanned& s) { return s.write == Outcome::done; }),
             count([](const Scanned& s) { return s.is_trapped(); }));
}

/// Each row alone is taken out: then something must be wrong.
std::vector<std::string> rows_not_needed(std::span<const Scan> scans) {
  std::vector<std::string> problems;
  for (size_t i = 0; i < guest_registers.size(); ++i) {
    if (!guest_registers[i].encodings) { continue; }
    std::vector<GuestRegister> table(guest_registers.begin(), guest_registers.end());
    table.erase(table.begin() + static_cast<std::ptrdiff_t>(i));
    if (problems_of(table, scans).empty()) {
      problems.push_back(fmt::format("{}: nothing is wrong without this row", guest_registers[i].name));
    }
  }
  return problems;
}

int compare(const std::string& guest, const std::string& qemu) {
  const test::Folder folder;
  std::vector<Scan> scans;
  for (const char* cpu : cpus) {
    const Machine machine(qemu, std::filesystem::absolute(guest), cpu, folder.path());
    scans.push_back(decode_scan(machine.run(encode_controls())));
    print_counts(cpu, scans.back());
  }
  std::vector<std::string> problems = problems_of(guest_registers, scans);
  for (std::string& problem : rows_not_needed(scans)) { problems.push_back(std::move(problem)); }
  for (const std::string& problem : problems) { fmt::print("FAILED: {}\n", problem); }
  fmt::print("{}\n", problems.empty() ? "the table has every register, and none that is not there" : "FAILED");
  return problems.empty() ? 0 : 1;
}

int run(int argc, char** argv) {
  std::string guest;
  CLI::App app("Compares the table of guest registers with the registers of QEMU's CPUs");
  app.add_option("--guest", guest, "The guest program, an ELF file; none if it could not be built");
  CLI11_PARSE(app, argc, argv);
  return with_qemu(guest, [&](const std::string& qemu) { return compare(guest, qemu); });
}

}  // namespace
}  // namespace bulkhead::qemu

int main(int argc, char** argv) { return bulkhead::qemu::run_program(&bulkhead::qemu::run, argc, argv); }
