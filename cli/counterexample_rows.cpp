#include "cli/counterexample_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/cex_value.hpp"
#include "cli/descriptor_words.hpp"
#include "hw/descriptor.hpp"

namespace bulkhead::cli {
namespace {

using refine::Counterexample;
using refine::SmallState;

std::string written(Kind kind, uint64_t value) {
  switch (kind) {
    case Kind::pa:
    case Kind::ipa:
    case Kind::bits:
      return fmt::format("0x{:x}", value);
    case Kind::compartment:
    case Kind::level:
    case Kind::vcpu:
    case Kind::count:
    case Kind::flag:
      return value <= 0xFFFF ? fmt::format("{}", value) : fmt::format("0x{:x}", value);
  }
  return {};
}

std::string entry_text(uint64_t word, uint64_t level) {
  return descriptor_words(word, static_cast<unsigned>(level), address);
}

/// The number; of a table also what hardware makes of it.
std::string word_text(const SmallState& state, const SmallState::Key& at) {
  const uint64_t word = state.word(at.first, at.second);
  const refine::FrameRecord* table = state.listed_table(at.first);
  if (table == nullptr) { return fmt::format("0x{:x}", word); }
  return fmt::format("0x{:x}, {}", word, entry_text(word, table->level));
}

std::string frame_text(const refine::FrameRecord& record) {
  std::string text(name_of(record.state));
  if (record.owner != 0) { text += fmt::format(" of {}", record.owner); }
  if (record.is_table()) { text += fmt::format(", level {}, base 0x{:x}", record.level, record.base << page_shift); }
  if (record.is_mapped()) { text += fmt::format(", at IPA 0x{:x}", record.base << page_shift); }
  if (record.state == FrameState::table) {
    text += fmt::format(", in 0x{:x}[{}]", record.parent_table << page_shift, record.parent_index);
  }
  if (record.state == FrameState::vcpu) { text += fmt::format(", context of its vCPU {}", record.parent_index); }
  if (record.is_table() && record.rest != 0) {
    text += fmt::format(", entries not listed: {}{}", entry_text(record.rest, record.level),
                        record.step == 0 ? "" : " and on");
  }
  return text;
}

std::string vcpu_text(const refine::VcpuRecord& record) {
  if (record.state == VcpuState::none) { return "none"; }
  return fmt::format("{}, context in 0x{:x}", name_of(record.state), record.frame << page_shift);
}

std::string compartment_text(const refine::CompartmentRecord& record) {
  return fmt::format("{}, root 0x{:x}, {} vCPUs", name_of(record.state), record.root << page_shift, record.vcpus);
}

bool is_block(const SmallState& state, const SmallState::Key& at) {
  const refine::FrameRecord* table = state.listed_table(at.first);
  return table != nullptr && table->level != leaf_level &&
         static_cast<bool>(
             hw::is_leaf<Concrete>(Word<Concrete>(state.word(at.first, at.second)), static_cast<int>(table->level)));
}

bool is_worth_telling(FrameState state) {
  return state == FrameState::spare || is_data(state) || is_table(state) || state == FrameState::vcpu;
}

class Rows {
 public:
  explicit Rows(const Counterexample& counterexample) : before_(counterexample.before), after_(counterexample.after) {
    for (const auto& [id, record] : after_.compartments) { add_compartment(id); }
    for (const auto& [vcpu, record] : after_.vcpus) { add_vcpu(vcpu); }
    for (const auto& [frame, record] : after_.frames) { add_frame(frame); }
    for (const auto& [first, run] : before_.runs) { add_run(first, run); }
    std::set<SmallState::Key> words;
    for (const auto* state : {&before_, &after_}) {
      for (const auto& [word, value] : state->words) { words.insert(word); }
    }
    for (const auto& word : words) { add_word(word); }
    std::stable_partition(rows.begin(), rows.end(), [](const TouchedState& row) { return row.before != row.after; });
  }
  std::vector<TouchedState> rows;

 private:
  void add_compartment(uint64_t id) {
    const auto was = before_.compartment(id);
    add(fmt::format("compartment {}", id), compartment_text(was), compartment_text(after_.compartment(id)),
        id != 0 && was.state != CompartmentState::free);
  }
  void add_vcpu(const SmallState::Key& vcpu) {
    const auto was = before_.vcpu(vcpu.first, vcpu.second);
    add(fmt::format("vCPU {} of {}", vcpu.second, vcpu.first), vcpu_text(was),
        vcpu_text(after_.vcpu(vcpu.first, vcpu.second)), was.state != VcpuState::none);
  }
  void add_frame(uint64_t frame) {
    const auto was = before_.frame(frame);
    add(fmt::format("frame 0x{:x}", frame << page_shift), frame_text(was), frame_text(after_.frame(frame)),
        is_worth_telling(was.state));
  }
  void add_run(uint64_t first, const refine::FrameRun& run) {
    const uint64_t last = first + run.frames - 1;
    const std::string text = frame_text(run.at(0));
    add(fmt::format("frames 0x{:x} to 0x{:x}", first << page_shift, last << page_shift), text + " and on",
        text + " and on", true);
  }
  void add_word(const SmallState::Key& word) {
    const auto text = [&word](const SmallState& state) { return word_text(state, word); };
    add(fmt::format("word 0x{:x}[{}]", word.first << page_shift, word.second), text(before_), text(after_),
        is_block(before_, word));
  }
  void add(std::string place, std::string before, std::string after, bool always) {
    if (always || before != after) { rows.push_back({std::move(place), std::move(before), std::move(after)}); }
  }

  const SmallState& before_;
  const SmallState& after_;
};

/// A part of the place as it is called and written.
std::pair<std::string, std::string> in_words(const refine::PointPart& part) {
  if (part.kind() == "frame") { return {"frame", fmt::format("0x{:x}", part.number << page_shift)}; }
  if (part.kind() == "page") { return {"ipa", fmt::format("0x{:x}", part.number << page_shift)}; }
  if (part.kind() == "other_page") { return {"other_ipa", fmt::format("0x{:x}", part.number << page_shift)}; }
  return {part.name, fmt::format("{}", part.number)};
}

}  // namespace

std::string call_of(const Counterexample& counterexample) {
  if (counterexample.made) { return std::string(name_of(counterexample.made->call)); }
  return counterexample.goal.substr(0, counterexample.goal.find('/'));
}

NamedValues arguments_of(const Counterexample& counterexample) {
  NamedValues values;
  if (!counterexample.made) { return values; }
  const auto& made = *counterexample.made;
  const auto& inputs = row_of(made.call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    values.emplace_back(inputs[i].name, written(inputs[i].kind, made.arguments.at(i)));
  }
  if (made.caller != 0) { values.emplace_back("caller", fmt::format("{}", made.caller)); }
  return values;
}

std::vector<refine::PathStep> path_of(const Counterexample& counterexample) {
  return counterexample.made ? counterexample.made->path : std::vector<refine::PathStep>();
}

std::string status_of(const Counterexample& counterexample) {
  if (!counterexample.made) { return "none"; }
  const refine::CallEnd& engine = counterexample.made->engine;
  return engine.why.empty() ? std::string(name_of(engine.status)) : fmt::format("engine fault: {}", engine.why);
}

NamedValues point_of(const Counterexample& counterexample) {
  NamedValues values;
  for (const refine::PointPart& part : counterexample.point) {
    if (part.matters) { values.push_back(in_words(part)); }
  }
  return values;
}

std::vector<TouchedState> touched_by(const Counterexample& counterexample) { return Rows(counterexample).rows; }

}  // namespace bulkhead::cli
