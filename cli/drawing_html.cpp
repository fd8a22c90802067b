#include "cli/drawing_html.hpp"

#include <fmt/format.h>

#include "cli/counted.hpp"
#include "cli/document.hpp"
#include "cli/html.hpp"

namespace bulkhead::cli {
namespace {

std::string code(const std::string& text) { return element("code", html_text(text)); }

/// A line of the list at the top; nothing if there is nothing to say.
std::string said(std::string_view term, const std::string& html, std::string_view attributes = "") {
  return html.empty() ? "" : element("dt", term) + element("dd", html, attributes) + "\n";
}

std::string head(const Drawing& drawing) {
  const bool differ = drawing.engine != drawing.spec;
  std::string list = said("What should hold", html_text(drawing.says));
  list += said("What went wrong", html_text(drawing.sentence), R"(class="wrong")");
  list += said("Where", html_text(drawing.here));
  if (!drawing.call.empty()) {
    list += said("The call", code(drawing.call));
    list += said("The engine", code(drawing.engine), differ ? R"(class="wrong")" : "");
    list += said("The spec", code(drawing.spec), differ ? R"(class="right")" : "");
  }
  list += said("From boot", html_text(drawing.trace));
  return element("dl", "\n" + list) + "\n";
}

std::string path_row(const DrawnStep& step) {
  const std::string times = step.times == 1 ? "" : fmt::format(" ({} times)", step.times);
  return element("tr", element("th", html_text(step.where), R"(scope="row")") +
                           element("td", step.taken ? "taken" : "not taken") + element("td", code(step.text) + times)) +
         "\n";
}

std::string path(const Drawing& drawing) {
  if (drawing.path.empty()) { return ""; }
  std::string rows;
  for (const DrawnStep& step : drawing.path) { rows += path_row(step); }
  const std::string heads =
      element("tr", R"(<th scope="col">line</th><th scope="col">branch</th><th scope="col">source</th>)");
  return element("details",
                 "\n" + element("summary", "The path: " + counted(drawing.path.size(), "decision")) + "\n" +
                     element("table",
                             element("caption", "Decisions in order, with their source lines") +
                                 element("thead", heads) + element("tbody", "\n" + rows),
                             R"(class="path")") +
                     "\n",
                 "open") +
         "\n";
}

std::string effect_row(const DrawnEffect& effect, size_t number) {
  return element("li",
                 code(effect.what + (effect.place.empty() ? "" : " " + effect.place)) + " " + html_text(effect.does),
                 fmt::format(R"(data-effect="{}"{})", number, effect.opens_window ? R"( class="window")" : "")) +
         "\n";
}

/// The slider, and the effects that it goes over.
std::string effects(const Drawing& drawing, const std::string& id) {
  if (drawing.effects.empty()) { return ""; }
  const size_t count = drawing.effects.size();
  std::string list;
  for (size_t i = 0; i < count; ++i) { list += effect_row(drawing.effects[i], i + 1); }
  const std::string label = fmt::format(R"(<label for="{}-at">State after effect</label> )", id);
  const std::string slider =
      fmt::format(R"(<input type="range" id="{}-at" min="0" max="{}" value="{}" step="1" aria-describedby="{}-what">)",
                  id, count, count, id);
  const std::string at = fmt::format(R"( <output for="{}-at" id="{}-what">{} of {}</output>)", id, id, count, count);
  return element("div", label + slider + at, R"(class="slider")") + "\n" +
         element("details",
                 element("summary", fmt::format("Effects in order: {}, besides {}", counted(count, "effect"),
                                                counted(drawing.loads, "load"))) +
                     "\n" + element("ol", "\n" + list, R"(class="effects")"),
                 "open") +
         "\n";
}

std::string mark(const DrawnRow& row) {
  std::string text;
  if (row.is_here) { text += R"( <span class="mark here">fails here</span>)"; }
  if (row.is_wrong) {
    text += R"( <span class="mark wrong">wrong</span>)";
  } else if (row.has_changed()) {
    text += R"( <span class="mark changed">changed</span>)";
  }
  return text;
}

/// What a row is after each effect, for the slider.
std::string moments(const DrawnRow& row) {
  if (row.moments.empty()) { return ""; }
  return fmt::format(R"( data-moments="{}")",
                     html_text(Json(row.moments).dump(-1, ' ', false, Json::error_handler_t::replace)));
}

std::string state_row(const DrawnRow& row, bool has_spec) {
  const std::string engine_class = row.is_wrong ? "wrong" : row.has_changed() ? "changed" : "same";
  const bool differs = row.spec && *row.spec != row.engine;
  std::string cells = element("th", html_text(row.place) + mark(row), R"(scope="row")");
  cells += element("td", html_text(row.before), R"(data-head="before")");
  cells += element("td", html_text(row.engine),
                   fmt::format(R"(data-head="engine" class="engine {}"{})", engine_class, moments(row)));
  if (has_spec) {
    cells += element("td", row.spec ? html_text(*row.spec) : "not known to it",
                     fmt::format(R"(data-head="spec" class="{}")", differs ? "right" : "same"));
  }
  return element("tr", cells) + "\n";
}

std::string section(const DrawnSection& drawn) {
  std::string heads = R"(<th scope="col">place</th><th scope="col">before</th><th scope="col">engine, after</th>)";
  if (drawn.has_spec()) { heads += R"(<th scope="col">spec, after</th>)"; }
  std::string rows;
  for (const DrawnRow& row : drawn.rows) { rows += state_row(row, drawn.has_spec()); }
  const std::string folded =
      drawn.folded.empty() ? "" : element("p", html_text(folded_words(drawn)), R"(class="folded")");
  return element("table",
                 "\n" + element("caption", html_text(drawn.title)) + "\n" + element("thead", element("tr", heads)) +
                     "\n" + element("tbody", "\n" + rows),
                 R"(class="state")") +
         "\n" + folded + "\n";
}

}  // namespace

std::string as_html(const Drawing& drawing, const std::string& id) {
  std::string html =
      element("h3", html_text(drawing.goal)) + "\n" + head(drawing) + path(drawing) + effects(drawing, id);
  for (const DrawnSection& drawn : drawing.sections) { html += section(drawn); }
  return element("section", "\n" + html, fmt::format(R"(class="cex" id="{}")", id)) + "\n";
}

}  // namespace bulkhead::cli
