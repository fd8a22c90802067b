#include "tests/qemu/tally.hpp"

#include <fmt/format.h>

#include <iterator>

#include "tests/qemu/record.hpp"

namespace bulkhead::qemu {
namespace {

constexpr size_t differences_at_most = 20;

std::string describe(const Case& of, const hw::Features& features, const Query& query, const Compared& compared,
                     uint64_t answer) {
  const bool follows = compared.judgement == Judgement::follows_qemu;
  return fmt::format("{}\n  {}\n  QEMU  {}\n  model {}\n  model with departures {}", walk_line(of, features, query),
                     follows ? "the architecture demands another answer" : "no departure explains the difference",
                     words_of_answer(answer), words_of_answer(compared.model.answer),
                     words_of_answer(compared.expected.answer));
}

}  // namespace

void Tally::count(const Case& of, const hw::Features& features, const Query& query, const Compared& compared,
                  uint64_t answer) {
  CpuTally& cpu = cpus_.back();
  ++cpu.compared;
  census_.count(of.registers, features, compared, answer);
  switch (compared.judgement) {
    case Judgement::same:
      ++cpu.same;
      break;
    case Judgement::explained:
      ++cpu.explained;
      break;
    case Judgement::unexplained:
    case Judgement::follows_qemu:
      ++cpu.unexplained;
      if (differences_.size() < differences_at_most) {
        differences_.push_back(describe(of, features, query, compared, answer) + "\n  CPU " + cpu.cpu);
      }
      return;
  }
  for (const Departure departure : compared.departures) { ++departures_[static_cast<size_t>(departure)]; }
  if (compared.model.is_refused_by_stage1 || compared.judgement != Judgement::same) { return; }
  for (size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].is_met(of.registers, features, query, compared.model)) { ++choices_[i]; }
  }
}

void Tally::count_unasked(const Opinion& model, Obstacle obstacle) {
  census_.count_unasked(model);
  CpuTally& cpu = cpus_.back();
  ++(obstacle == Obstacle::walk_of_devices ? cpu.walk_of_devices : cpu.block_at_level_minus_1);
}

std::vector<std::string> Tally::gaps() const {
  std::vector<std::string> gaps;
  for (const std::string& kind : census_.missing()) { gaps.push_back("no query shows " + kind); }
  for (size_t i = 0; i < departures_.size(); ++i) {
    if (departures_[i] == 0) {
      gaps.push_back(fmt::format("departure {} explains nothing: QEMU no longer does that", departure_texts[i].name));
    }
  }
  for (size_t i = 0; i < choices_.size(); ++i) {
    if (choices_[i] == 0) { gaps.push_back(fmt::format("choice {} is met by no query", choices[i].name)); }
  }
  return gaps;
}

std::string Tally::text() const {
  std::string text;
  const auto to = std::back_inserter(text);
  const auto row = "{:<16} {:>9} {:>9} {:>10} {:>12} {:>20} {:>16}\n";
  const auto add = [&](const CpuTally& cpu) {
    fmt::format_to(to, fmt::runtime(row), cpu.cpu, cpu.compared, cpu.same, cpu.explained, cpu.unexplained,
                   cpu.block_at_level_minus_1, cpu.walk_of_devices);
  };
  fmt::format_to(to, fmt::runtime(row), "CPU", "compared", "same", "explained", "unexplained", "unasked: block -1",
                 "unasked: device");
  CpuTally all{.cpu = "all"};
  for (const CpuTally& cpu : cpus_) {
    add(cpu);
    all.compared += cpu.compared;
    all.same += cpu.same;
    all.explained += cpu.explained;
    all.unexplained += cpu.unexplained;
    all.block_at_level_minus_1 += cpu.block_at_level_minus_1;
    all.walk_of_devices += cpu.walk_of_devices;
  }
  add(all);
  text += census_.text();
  fmt::format_to(to, "\n{:<52} explained\n", "departures of QEMU 7.2");
  for (size_t i = 0; i < departures_.size(); ++i) {
    fmt::format_to(to, "  {:<50} {:>9}\n", departure_texts[i].name, departures_[i]);
  }
  fmt::format_to(to, "\n{:<52} the same\n", "what the architecture leaves open");
  for (size_t i = 0; i < choices_.size(); ++i) { fmt::format_to(to, "  {:<50} {:>8}\n", choices[i].name, choices_[i]); }
  return text;
}

}  // namespace bulkhead::qemu
