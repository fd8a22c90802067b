#include "tests/fuzz/read_input.hpp"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

#include "cli/cex_file.hpp"
#include "cli/drawing_html.hpp"
#include "cli/drawing_text.hpp"
#include "cli/stored_proof.hpp"
#include "cli/trace_effect.hpp"
#include "cli/walk_case.hpp"
#include "cli/walk_text.hpp"
#include "model/trace_reader.hpp"
#include "model/trace_writer.hpp"
#include "refine/query/expression.hpp"

namespace bulkhead::test {
namespace {

struct Trace {
  trace::Header header;
  std::vector<trace::Event> events;
  friend bool operator==(const Trace&, const Trace&) = default;
};

Trace read_trace(const std::string& bytes) {
  std::istringstream in(bytes);
  trace::Reader reader(in, "input");
  Trace trace{reader.header(), {}};
  trace::Event event;
  while (reader.next(event)) { trace.events.push_back(event); }
  return trace;
}

/// Judges the effects of a trace, up to the first that breaks a rule.
void judge_effects(const Trace& trace) {
  hw::EffectJudge judge(cli::setting_at_boot(trace.header.machine));
  for (const trace::Event& event : trace.events) {
    const auto* step = std::get_if<trace::StepEvent>(&event.what);
    if (step == nullptr || step->kind != trace::StepKind::effect) { continue; }
    const auto effect = cli::effect_of(*step, {"input"});
    if (effect && judge.judge(*effect)) { return; }
  }
}

std::string write_trace(const Trace& trace) {
  std::ostringstream out;
  trace::Writer writer(out, trace.header);
  for (const trace::Event& event : trace.events) { writer.write(event); }
  return out.str();
}

/// Translates every address asked for, whatever registers and tables say, and says how.
void answer(const cli::WalkCase& read) {
  for (const cli::WalkQuery& query : read.queries) {
    const auto par = hw::address_translation(read.registers, read.features, query.address, query.kind, read.memory);
    if (cli::explain(read, query).find(fmt::format("PAR_EL1 {:#018x}", raw(par))) == std::string::npos) {
      throw std::logic_error("a walk in words ends in another PAR_EL1");
    }
  }
}

void answer_walk_cases(const std::string& bytes) {
  std::istringstream in(bytes);
  LineReader lines(in, "input");
  json::Document document;
  std::string_view line;
  while (lines.next(line)) { answer(cli::read_walk_case(document.parse(line, lines.file(), lines.line()))); }
}

/// Draws it too, whatever it says.
void read_counterexample(const std::string& bytes) {
  const refine::Counterexample read = cli::read_cex(bytes, "input");
  const std::string written = cli::cex_text(read);
  if (cli::cex_text(cli::read_cex(written, "input")) != written) {
    throw std::logic_error("a counterexample reads otherwise when it was written");
  }
  const cli::Drawing drawing = cli::draw(read);
  (void)cli::as_text(drawing, true);
  (void)cli::as_html(drawing, "input");
}

/// Does it, or sees that it is refused with one printable line.
template <class Read>
void accept_or_refuse(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    const std::string_view text = error.what();
    if (text.empty() || printable(text, text.size()) != text) { throw std::logic_error("not one printable line"); }
  }
}

}  // namespace

void read_input(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  accept_or_refuse([&] {
    const Trace trace = read_trace(bytes);
    // Writing may make a line longer than a line may be: numbers become hexadecimal.
    if (size < LineReader::max_line / 8 && !(read_trace(write_trace(trace)) == trace)) {
      throw std::logic_error("a trace reads otherwise when it was written");
    }
    judge_effects(trace);
  });
  accept_or_refuse([&] { answer_walk_cases(bytes); });
  accept_or_refuse([&] { (void)refine::query::read_expression(bytes); });
  accept_or_refuse([&] { read_counterexample(bytes); });
  accept_or_refuse([&] { (void)cli::read_proof(bytes, "input"); });
}

}  // namespace bulkhead::test
