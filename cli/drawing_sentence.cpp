#include "cli/drawing_sentence.hpp"

#include <fmt/format.h>

#include "cli/cex_value.hpp"

namespace bulkhead::cli {
namespace {

using refine::CallMade;
using refine::Counterexample;
using refine::PointPart;

struct WrongPlace {
  const DrawnSection* section = nullptr;
  const DrawnRow* row = nullptr;
};

/// The first row for which it holds; a row at which the goal fails before others.
template <class Predicate>
WrongPlace first_row(const Drawing& drawing, const Predicate& holds) {
  WrongPlace first;
  for (const DrawnSection& section : drawing.sections) {
    for (const DrawnRow& row : section.rows) {
      if (!holds(row)) { continue; }
      if (row.is_here) { return {&section, &row}; }
      if (first.row == nullptr) { first = {&section, &row}; }
    }
  }
  return first;
}

/// What a section calls one of its places.
std::string place_words(const WrongPlace& wrong) {
  const std::string& id = wrong.section->id;
  const std::string& place = wrong.row->place;
  if (id == "frames") { return "frame " + place; }
  if (id == "records") { return "the engine's record of " + place; }
  if (id == "contents") { return "the content of " + place; }
  if (id == "host") { return "what the host finds at " + place; }
  if (id == "cpus") { return "the stage 2 of " + place; }
  if (id == "compartments" || id == "vcpus") { return place; }
  const std::string& whose = wrong.section->whose;
  if (id.rfind("maps-", 0) == 0) { return fmt::format("what {} finds at {}", whose, place); }
  return fmt::format("the entry {} of {}", place, whose);
}

std::string why_words(const std::string& why) { return why.empty() ? "" : fmt::format(" ({})", why); }

std::string endings_differ(const CallMade& made) {
  if (!made.engine.why.empty()) { return fmt::format("The engine breaks off: {}.", made.engine.why); }
  const std::string spec(name_of(made.spec.status));
  const std::string engine(name_of(made.engine.status));
  if (made.spec.status == made.engine.status) { return ""; }
  if (made.engine.status == Status::ok) {
    return fmt::format("The engine carries out a call that the spec refuses with {}{}.", spec,
                       why_words(made.spec.why));
  }
  if (made.spec.status == Status::ok) {
    return fmt::format("The engine refuses with {} a call that the spec carries out.", engine);
  }
  return fmt::format("The engine refuses with {}, the spec with {}{}.", engine, spec, why_words(made.spec.why));
}

std::string refused_words(const Drawing& drawing, const CallMade& made) {
  const WrongPlace changed = first_row(drawing, [](const DrawnRow& row) { return row.has_changed(); });
  if (changed.row == nullptr) { return ""; }
  return fmt::format("The call is refused with {}, and yet {} changes from {} to {}.", name_of(made.engine.status),
                     place_words(changed), changed.row->before, changed.row->engine);
}

std::string wrong_words(const Drawing& drawing) {
  const WrongPlace wrong = first_row(drawing, [](const DrawnRow& row) { return row.is_wrong; });
  if (wrong.row == nullptr) { return ""; }
  if (!wrong.row->spec) { return fmt::format("The tables contradict {}: {}.", place_words(wrong), wrong.row->engine); }
  return fmt::format("The engine leaves {} as {}; the spec wants {}.", place_words(wrong), wrong.row->engine,
                     *wrong.row->spec);
}

std::string outputs_words(const Drawing& drawing, const CallMade& made) {
  if (made.engine.outputs == made.spec.outputs) { return ""; }
  return fmt::format("The engine returns {}, the spec {}.", drawing.engine, drawing.spec);
}

/// What a name of a query stands for.
std::string query_name_words(const PointPart& part, const DrawingNames& names) {
  const std::string name = part.name.substr(part.kind().size() + 1);
  if (part.kind() == "frame") { return fmt::format("{} = {}", name, names.frame_in_full(part.number)); }
  if (part.kind() == "page") { return fmt::format("{} = IPA {}", name, address(part.number)); }
  if (part.kind() == "compartment") { return fmt::format("{} = {}", name, names.compartment_in_full(part.number)); }
  return fmt::format("{} = {}", name, part.number);
}

std::string part_words(const PointPart& part, const DrawingNames& names) {
  if (part.kind() != part.name) { return query_name_words(part, names); }
  if (part.name == "frame") { return "frame " + names.frame_in_full(part.number); }
  if (part.name == "page") { return "IPA " + address(part.number); }
  if (part.name == "other_page") { return "other IPA " + address(part.number); }
  if (part.name == "compartment") { return names.compartment_in_full(part.number); }
  return fmt::format("{} {}", part.name == "cpu" ? "CPU" : part.name, part.number);
}

}  // namespace

std::string sentence_of(const Counterexample& cex, const Drawing& drawing) {
  if (cex.goal.starts_with("query/")) { return "A witness of the query, in a legal state."; }
  if (!drawing.window.empty()) { return drawing.window; }
  if (cex.made) {
    const CallMade& made = *cex.made;
    if (std::string text = endings_differ(made); !text.empty()) { return text; }
    if (std::string text = outputs_words(drawing, made); !text.empty()) { return text; }
    const bool is_refused = made.engine.status != Status::ok;
    if (std::string text = is_refused ? refused_words(drawing, made) : ""; !text.empty()) { return text; }
  }
  if (std::string text = wrong_words(drawing); !text.empty()) { return text; }
  const std::string when = cex.made ? "After the call" : "In this state";
  const std::string where = drawing.here.empty() ? "" : fmt::format(" of {}", drawing.here);
  return fmt::format("{} the sentence does not hold{}.", when, where);
}

std::string here_words(const Counterexample& cex, const DrawingNames& names) {
  std::string text;
  for (const PointPart& part : cex.point) {
    if (part.matters) { text += (text.empty() ? "" : ", ") + part_words(part, names); }
  }
  return text;
}

}  // namespace bulkhead::cli
