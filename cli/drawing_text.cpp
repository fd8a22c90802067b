#include "cli/drawing_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/counted.hpp"
#include "cli/text_table.hpp"

namespace bulkhead::cli {
namespace {

constexpr size_t title_width = 9;

/// How text stands out; nothing does without colour.
enum class Ink { plain, title, wrong, right, changed, faint };

class Writer {
 public:
  Writer(bool color, size_t indent) : color_(color), indent_(indent) {}

  size_t room() const { return page_width - indent_; }
  std::string text() const { return text_; }
  void blank() { text_ += "\n"; }

  /// A line of pieces, without space at its end.
  void line(const std::vector<std::pair<Ink, std::string>>& pieces) {
    std::string all(indent_, ' ');
    size_t used = pieces.size();
    while (used > 0 && pieces[used - 1].second.find_last_not_of(' ') == std::string::npos) { --used; }
    for (size_t i = 0; i < used; ++i) {
      std::string piece = pieces[i].second;
      if (i + 1 == used) { piece.erase(piece.find_last_not_of(' ') + 1); }
      all += inked(pieces[i].first, piece);
    }
    text_ += all + "\n";
  }

  /// A title and what it says, lines after the first below the first.
  void say(std::string_view title, std::string_view what, Ink ink = Ink::plain) {
    if (what.empty()) { return; }
    std::string head(title);
    for (const std::string& part : wrapped(what, room() - title_width)) {
      line({{Ink::title, fmt::format("{:<{}}", head, title_width)}, {ink, part}});
      head.clear();
    }
  }

  /// Cells beside each other, each wrapped to its width.
  void cells(const std::pair<Ink, std::string>& gutter, const std::vector<std::pair<Ink, std::string>>& row,
             const std::vector<size_t>& widths) {
    std::vector<std::vector<std::string>> columns;
    size_t height = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      columns.push_back(wrapped(row[i].second, widths[i]));
      height = std::max(height, columns.back().size());
    }
    for (size_t at = 0; at < height; ++at) {
      std::vector<std::pair<Ink, std::string>> pieces{
          {gutter.first, at == 0 ? gutter.second : std::string(gutter.second.size(), ' ')}};
      for (size_t i = 0; i < row.size(); ++i) {
        const std::string part = at < columns[i].size() ? columns[i][at] : "";
        pieces.emplace_back(row[i].first, fmt::format("{:<{}}", part, widths[i] + (i + 1 == row.size() ? 0 : 2)));
      }
      line(pieces);
    }
  }

 private:
  std::string inked(Ink ink, const std::string& text) const {
    if (!color_ || ink == Ink::plain || text.find_first_not_of(' ') == std::string::npos) { return text; }
    const auto code = [ink] {
      switch (ink) {
        case Ink::plain:
          return "0";
        case Ink::title:
          return "1";
        case Ink::wrong:
          return "1;31";
        case Ink::right:
          return "32";
        case Ink::changed:
          return "33";
        case Ink::faint:
          return "2";
      }
      return "0";
    };
    return fmt::format("\x1b[{}m{}\x1b[0m", code(), text);
  }

  bool color_;
  size_t indent_;
  std::string text_;
};

void say_head(Writer& writer, const Drawing& drawing) {
  writer.say("wrong", drawing.sentence, Ink::wrong);
  writer.say("at", drawing.here);
  writer.say("call", drawing.call);
  if (drawing.call.empty()) { return; }
  const bool differ = drawing.engine != drawing.spec;
  writer.say("engine", drawing.engine, differ ? Ink::wrong : Ink::plain);
  writer.say("spec", drawing.spec, differ ? Ink::right : Ink::plain);
}

void say_path(Writer& writer, const Drawing& drawing) {
  if (drawing.call.empty()) { return; }
  if (drawing.path.empty()) { writer.say("path", "no decision"); }
  std::vector<std::vector<std::string>> table;
  for (const DrawnStep& step : drawing.path) {
    const std::string times = step.times == 1 ? "" : fmt::format(" ({} times)", step.times);
    table.push_back({step.where, step.taken ? "taken" : "not taken", step.text + times});
  }
  const auto widths = column_widths(table, writer.room() - title_width);
  for (const auto& row : table) {
    const std::string head = &row == &table.front() ? "path" : "";
    writer.cells({Ink::title, fmt::format("{:<{}}", head, title_width)},
                 {{Ink::plain, row[0]}, {row[1] == "taken" ? Ink::changed : Ink::plain, row[1]}, {Ink::faint, row[2]}},
                 widths);
  }
}

/// `!` wrong, `*` changed; `>` the goal fails here.
std::string gutter(const DrawnRow& row) {
  return fmt::format("{}{} ", row.is_here ? '>' : ' ', row.is_wrong ? '!' : row.has_changed() ? '*' : ' ');
}

std::vector<std::pair<Ink, std::string>> cells_of(const DrawnRow& row, bool has_spec) {
  const bool says_same = !row.has_changed() && !row.is_wrong;
  const Ink ink = row.is_wrong ? Ink::wrong : row.has_changed() ? Ink::changed : Ink::faint;
  std::vector<std::pair<Ink, std::string>> cells{
      {Ink::plain, row.place}, {Ink::plain, row.before}, {ink, says_same ? "same" : row.engine}};
  if (has_spec) {
    const bool agrees = row.spec && *row.spec == row.engine;
    cells.emplace_back(agrees ? Ink::faint : Ink::right, agrees ? "agrees" : row.spec.value_or("-"));
  }
  return cells;
}

std::vector<std::string> texts_of(const std::vector<std::pair<Ink, std::string>>& cells) {
  std::vector<std::string> texts;
  for (const auto& [ink, text] : cells) { texts.push_back(text); }
  return texts;
}

void say_rows(Writer& writer, const DrawnSection& section, const std::vector<DrawnRow>& rows) {
  const bool has_spec = section.has_spec();
  std::vector<std::vector<std::pair<Ink, std::string>>> table{
      {{Ink::title, ""}, {Ink::title, "before"}, {Ink::title, "after, engine"}}};
  if (has_spec) { table.front().emplace_back(Ink::title, "after, spec"); }
  for (const DrawnRow& row : rows) { table.push_back(cells_of(row, has_spec)); }
  std::vector<std::vector<std::string>> texts;
  for (const auto& row : table) { texts.push_back(texts_of(row)); }
  const auto widths = column_widths(texts, writer.room() - 3);
  for (size_t i = 0; i < table.size(); ++i) {
    writer.cells({Ink::wrong, i == 0 ? "   " : gutter(rows[i - 1])}, table[i], widths);
  }
}

void say_section(Writer& writer, const DrawnSection& section) {
  writer.blank();
  for (const std::string& part : wrapped(section.title, writer.room())) { writer.line({{Ink::title, part}}); }
  say_rows(writer, section, section.rows);
  if (section.folded.empty()) { return; }
  for (const std::string& part : wrapped(folded_words(section), writer.room() - 3)) {
    writer.line({{Ink::faint, "   " + part}});
  }
}

void say_effects(Writer& writer, const Drawing& drawing) {
  if (drawing.call.empty()) { return; }
  writer.blank();
  writer.line({{Ink::title, fmt::format("Effects, in order (besides {})", counted(drawing.loads, "load"))}});
  std::vector<std::vector<std::string>> table;
  for (const DrawnEffect& effect : drawing.effects) {
    table.push_back({fmt::format("{}", table.size() + 1), effect.what, effect.place, effect.does});
  }
  const auto widths = column_widths(table, writer.room() - 3);
  for (size_t i = 0; i < table.size(); ++i) {
    const auto& row = table[i];
    writer.cells({Ink::wrong, drawing.effects[i].opens_window ? " | " : "   "},
                 {{Ink::faint, row[0]}, {Ink::plain, row[1]}, {Ink::plain, row[2]}, {Ink::plain, row[3]}}, widths);
  }
  if (table.empty()) { writer.line({{Ink::plain, "   none"}}); }
}

/// The rows of all sections that the short text shows.
DrawnSection what_matters(const Drawing& drawing) {
  DrawnSection all;
  for (const DrawnSection& section : drawing.sections) {
    for (DrawnRow row : section.rows) {
      if (!row.has_changed() && !row.is_wrong) { continue; }
      if (section.id == "host") { row.place = "the host at " + row.place; }
      if (section.id == "records") { row.place = "record of " + row.place; }
      if (section.id.rfind("maps-", 0) == 0) { row.place += " of " + section.whose; }
      all.rows.push_back(std::move(row));
    }
  }
  return all;
}

}  // namespace

std::string as_text(const Drawing& drawing, bool color) {
  Writer writer(color, 0);
  for (const std::string& part : wrapped(drawing.goal, writer.room())) { writer.line({{Ink::title, part}}); }
  writer.blank();
  writer.say("says", drawing.says);
  say_head(writer, drawing);
  writer.blank();
  if (!drawing.call.empty()) {
    say_path(writer, drawing);
    writer.blank();
  }
  const std::string_view open = drawing.window.empty() ? "" : "   | the window is open after this effect";
  writer.line({{Ink::faint, fmt::format("! wrong   * changed   > the goal fails here{}", open)}});
  for (const DrawnSection& section : drawing.sections) { say_section(writer, section); }
  say_effects(writer, drawing);
  if (!drawing.trace.empty()) { writer.blank(); }
  writer.say("trace", drawing.trace);
  return writer.text();
}

std::string as_short_text(const Drawing& drawing) {
  Writer writer(false, 2);
  say_head(writer, drawing);
  say_path(writer, drawing);
  const DrawnSection all = what_matters(drawing);
  if (!all.rows.empty()) { say_rows(writer, all, all.rows); }
  return writer.text();
}

}  // namespace bulkhead::cli
