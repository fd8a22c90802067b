#include "cli/drawing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/cex_value.hpp"
#include "cli/counted.hpp"
#include "cli/drawing_effects.hpp"
#include "cli/drawing_names.hpp"
#include "cli/drawing_places.hpp"
#include "cli/drawing_sentence.hpp"
#include "cli/drawing_window.hpp"
#include "cli/embedded.hpp"
#include "cli/source_name.hpp"

namespace bulkhead::cli {
namespace {

using refine::CallEnd;
using refine::CallMade;
using refine::ConcreteEngine;
using refine::Counterexample;

/// More steps than any call takes; those of a file that says otherwise are listed, and the state is not drawn after
/// each.
constexpr size_t most_moments = 256;

std::string value_words(const Parameter& parameter, uint64_t word, const DrawingNames& names) {
  switch (parameter.kind) {
    case Kind::pa: {
      const std::string name = names.frame(word >> page_shift);
      const bool is_named = (word & low_mask(page_shift)) == 0 && name != hex(word);
      return is_named ? fmt::format("{} ({})", hex(word), name) : hex(word);
    }
    case Kind::compartment: {
      const std::string name = word == 0 ? "" : names.compartment(word);
      return name.size() == 1 ? fmt::format("{} ({})", word, name) : fmt::format("{}", word);
    }
    case Kind::ipa:
    case Kind::bits:
      return hex(word);
    case Kind::level:
    case Kind::vcpu:
    case Kind::count:
    case Kind::flag:
      return word <= 0xFFFF ? fmt::format("{}", word) : hex(word);
  }
  return hex(word);
}

template <size_t capacity>
std::string values_words(const Parameters<capacity>& parameters, const std::vector<uint64_t>& words,
                         const DrawingNames& names) {
  std::string text;
  for (size_t i = 0; i < std::min(parameters.size(), words.size()); ++i) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", parameters[i].name,
                        value_words(parameters[i], words[i], names));
  }
  return text;
}

std::string call_words(const CallMade& made, const DrawingNames& names) {
  return fmt::format("{}({}), by {} on CPU {}", name_of(made.call),
                     values_words(row_of(made.call).inputs, made.arguments, names), names.compartment(made.caller),
                     made.cpu);
}

std::string end_words(const CallEnd& end, const CallMade& made, const DrawingNames& names, bool is_engine) {
  if (is_engine && !end.why.empty()) { return "a belief of its own fails: " + end.why; }
  std::string text(name_of(end.status));
  if (!end.outputs.empty()) { text += ", " + values_words(row_of(made.call).outputs, end.outputs, names); }
  if (!end.why.empty()) { text += ": " + end.why; }
  return text;
}

DrawnStep drawn(const refine::PathStep& step) {
  const std::string file(source_name(step.file));
  return {step.line == 0 ? "no line" : fmt::format("{}:{}", file, step.line), step.taken,
          step.text.empty() ? std::string(embedded_line(file, step.line)) : step.text};
}

std::vector<DrawnStep> drawn_path(const CallMade& made) {
  std::vector<DrawnStep> steps;
  for (const refine::PathStep& step : made.path) {
    DrawnStep next = drawn(step);
    const bool repeats = !steps.empty() && steps.back().where == next.where && steps.back().taken == next.taken;
    if (repeats) {
      ++steps.back().times;
    } else {
      steps.push_back(std::move(next));
    }
  }
  return steps;
}

/// The places of a drawing, read in one machine after the other.
class Reading {
 public:
  explicit Reading(std::vector<PlacesOfSection> sections) : sections_(std::move(sections)) {
    for (const PlacesOfSection& section : sections_) { rows_.emplace_back(section.places.size()); }
  }

  void read_before(const ConcreteEngine& machine) {
    each(machine, [](DrawnRow& row, std::string text) { row.before = std::move(text); });
    read_moment(machine);
  }
  void read_moment(const ConcreteEngine& machine) {
    each(machine, [](DrawnRow& row, std::string text) { row.moments.push_back(std::move(text)); });
  }
  void read_after(const ConcreteEngine& machine) {
    each(machine, [](DrawnRow& row, std::string text) { row.engine = std::move(text); });
    for (size_t i = 0; i < sections_.size(); ++i) {
      for (size_t k = 0; k < rows_[i].size(); ++k) { judge(rows_[i][k], sections_[i].places[k], machine); }
    }
  }

  /// What there is to be shown.
  std::vector<DrawnSection> sections() {
    std::vector<DrawnSection> shown;
    for (size_t i = 0; i < sections_.size(); ++i) {
      DrawnSection section{sections_[i].id, sections_[i].title, sections_[i].whose, {}, {}};
      for (size_t k = 0; k < rows_[i].size(); ++k) { add(section, rows_[i][k], sections_[i].places[k]); }
      if (!section.rows.empty()) { shown.push_back(std::move(section)); }
    }
    return shown;
  }

 private:
  template <class Keep>
  void each(const ConcreteEngine& machine, const Keep& keep) {
    for (size_t i = 0; i < sections_.size(); ++i) {
      for (size_t k = 0; k < rows_[i].size(); ++k) { keep(rows_[i][k], sections_[i].places[k].read(machine)); }
    }
  }

  static void judge(DrawnRow& row, const DrawnPlace& place, const ConcreteEngine& machine) {
    row.place = place.name;
    row.spec = place.spec;
    row.is_here = place.is_here;
    const bool contradicts = place.contradicts && place.contradicts(machine);
    row.is_wrong = contradicts || (row.spec && *row.spec != row.engine);
    if (!place.is_memory) { row.moments.clear(); }
  }

  static void add(DrawnSection& section, DrawnRow& row, const DrawnPlace& place) {
    const auto is_other = [&row](const std::string& moment) { return moment != row.before; };
    const bool moves = std::any_of(row.moments.begin(), row.moments.end(), is_other);
    const bool says_something = row.is_here && (row.before != "nothing" || row.engine != "nothing");
    if (row.has_changed() || row.is_wrong || moves || place.is_related || says_something) {
      section.rows.push_back(std::move(row));
    } else {
      section.folded.push_back(place.name);
    }
  }

  std::vector<PlacesOfSection> sections_;
  std::vector<std::vector<DrawnRow>> rows_;
};

/// The machine before the call, with the records as the call leaves them: what effects work on.
ConcreteEngine machine_of(const Counterexample& cex) {
  ConcreteEngine machine = cex.before.concrete();
  ConcreteEngine after = cex.after.concrete();
  machine.frames = std::move(after.frames);
  machine.compartments = std::move(after.compartments);
  machine.hardware.run_on(Cpu<Concrete>(cex.made->cpu));
  return machine;
}

/// The effects in order, and the state after each.
void play(const Counterexample& cex, const DrawingNames& names, Drawing& drawing, Reading& reading) {
  if (!cex.made) { return; }
  ConcreteEngine machine = machine_of(cex);
  size_t happened = 0;
  for (hw::Effect<Concrete> effect : cex.made->effects) {
    ++happened;
    if (effect.kind == hw::EffectKind::load) {
      ++drawing.loads;
      continue;
    }
    drawing.effects.push_back(effect_words(effect, {cex, names, machine}));
    drawing.effects.back().opens_window = cex.window && cex.window->first <= happened && happened <= cex.window->last;
    machine.hardware.carry_out(effect);
    if (drawing.effects.size() <= most_moments) { reading.read_moment(machine); }
  }
}

std::string trace_words(const refine::BootTrace& trace) {
  if (trace.text.empty()) { return trace.why.empty() ? "" : "none: " + trace.why; }
  const auto lines = static_cast<size_t>(std::count(trace.text.begin(), trace.text.end(), '\n'));
  const std::string what = trace.why.empty() ? "" : "; " + trace.why;
  return counted(lines, "line") + "; replay stops at the last one" + what;
}

}  // namespace

bool DrawnSection::has_spec() const {
  return std::any_of(rows.begin(), rows.end(), [](const DrawnRow& row) { return row.spec.has_value(); });
}

std::string folded_words(const DrawnSection& section) {
  if (section.folded.empty()) { return ""; }
  const std::string names = section.id == "frames" ? fmt::format(": {}", fmt::join(section.folded, ", ")) : "";
  return fmt::format("and {} more, untouched{}", counted(section.folded.size()), names);
}

Drawing draw(const Counterexample& cex) {
  const DrawingNames names(cex);
  const Subject subject{cex, names};
  Drawing drawing;
  drawing.goal = cex.goal;
  drawing.says = cex.says;
  drawing.here = here_words(cex, names);
  if (cex.made) {
    drawing.call = call_words(*cex.made, names);
    drawing.engine = end_words(cex.made->engine, *cex.made, names, true);
    drawing.spec = end_words(cex.made->spec, *cex.made, names, false);
    drawing.path = drawn_path(*cex.made);
  }
  Reading reading(places_of(subject));
  reading.read_before(cex.before.concrete());
  play(cex, names, drawing, reading);
  reading.read_after(cex.after.concrete());
  drawing.sections = reading.sections();
  drawing.trace = trace_words(cex.trace);
  drawing.window = window_words(cex, names, drawing);
  drawing.sentence = sentence_of(cex, drawing);
  return drawing;
}

}  // namespace bulkhead::cli
