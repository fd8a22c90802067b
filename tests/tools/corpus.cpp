#include "tests/tools/corpus.hpp"

#include <fmt/format.h>

#include <sstream>

#include "model/trace_writer.hpp"
#include "tests/tools/edits.hpp"
#include "tests/tools/scenarios.hpp"

namespace bulkhead::test {
namespace {

std::string text(const std::vector<trace::Event>& events, std::string source, const trace::Expectation& expectation) {
  std::ostringstream out;
  trace::Writer writer(out, {{}, std::move(source), expectation});
  for (const trace::Event& event : events) { writer.write(event); }
  return out.str();
}

}  // namespace

std::map<std::string, std::string> record_corpus() {
  std::map<std::string_view, std::vector<trace::Event>> good;
  std::map<std::string, std::string> corpus;
  for (const Scenario& scenario : scenarios()) {
    Recorder recorder;
    scenario.play(recorder);
    good[scenario.name] = recorder.events();
    corpus[fmt::format("{}.jsonl", scenario.name)] =
        text(recorder.events(), fmt::format("{}: {}", scenario.from, scenario.about), {});
  }
  for (const Edit& edit : edits()) {
    std::vector<trace::Event> events = good.at(edit.good);
    edit.apply(events);
    corpus[fmt::format("{}.jsonl", edit.name)] =
        text(events, fmt::format("{}, {}", edit.good, edit.what), {edit.diverges_at, std::string(edit.rule)});
  }
  return corpus;
}

}  // namespace bulkhead::test
