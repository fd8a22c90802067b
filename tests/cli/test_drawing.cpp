#include "cli/drawing.hpp"

#include <algorithm>
#include <sstream>

#include "cli/drawing_text.hpp"
#include "cli/text_table.hpp"
#include "tests/catch.hpp"
#include "tests/cli/random_cex.hpp"

/// What a person is shown of a counterexample.
namespace bulkhead::test {
namespace {

using cli::as_short_text;
using cli::as_text;
using cli::draw;
using cli::Drawing;
using cli::DrawnRow;

size_t widest_line(const std::string& text) {
  size_t width = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) { width = std::max(width, line.size()); }
  return width;
}

const DrawnRow* row_of(const Drawing& drawing, const std::string& section, const std::string& place) {
  for (const auto& s : drawing.sections) {
    for (const DrawnRow& row : s.rows) {
      if (s.id == section && row.place.find(place) != std::string::npos) { return &row; }
    }
  }
  return nullptr;
}

/// The text without what colours it.
std::string without_ink(std::string text) {
  for (size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  return text;
}

TEST_CASE("a drawing fits a terminal, whatever it draws") {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Drawing drawing = draw(RandomCex(seed).make());
    const std::string text = as_text(drawing, false);
    CAPTURE(seed, text);
    REQUIRE(widest_line(text) <= 100);
    REQUIRE(std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    REQUIRE(without_ink(as_text(drawing, true)) == text);
    REQUIRE(widest_line(as_short_text(drawing)) <= 100);
  }
}

TEST_CASE("a window is drawn between two effects, with the CPU that sees it") {
  auto cex = plain_cex();
  cex.window = refine::Window{.first = 2,
                              .last = 2,
                              .cpu = 3,
                              .vmid = 1,
                              .page = 4,
                              .frame = 0x40081,
                              .as = refine::Window::As::write,
                              .was_allowed = false};
  const Drawing closed = draw(cex);
  REQUIRE(closed.effects.size() == 2);
  CHECK(closed.effects[0].opens_window);
  CHECK_FALSE(closed.effects[1].opens_window);
  CHECK(closed.sentence == "From effect 1 (store " + closed.effects[0].place +
                               ") on, until effect 2 (dsb ishst), CPU 3 may write F1 at IPA 0x4000 of A, by a walk or "
                               "from its TLB; the spec "
                               "allows that neither before nor after the call.");
  CHECK(as_text(closed, false).find(" | 1  store") != std::string::npos);

  cex.window->last = 3;
  cex.window->as = refine::Window::As::table;
  cex.window->was_allowed = true;
  const Drawing open = draw(cex);
  CHECK(open.effects[1].opens_window);
  CHECK(open.window.find("and still when the call returns, CPU 3 may walk through F1 as a table for IPA 0x4000 of A") !=
        std::string::npos);
  CHECK(open.window.ends_with("the spec allows that before the call, and not after it."));
  CHECK_FALSE(draw(plain_cex()).effects[0].opens_window);
}

TEST_CASE("what a drawing leaves out is right and the same") {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    for (const auto& section : draw(RandomCex(seed).make()).sections) {
      for (const DrawnRow& row : section.rows) {
        CAPTURE(seed, section.id, row.place);
        if (row.spec && *row.spec != row.engine) { CHECK(row.is_wrong); }
        if (!row.moments.empty()) { CHECK(row.moments.front() == row.before); }
      }
    }
  }
}

TEST_CASE("a record that is not so is drawn where it is") {
  const Drawing drawing = draw(plain_cex());
  CHECK(drawing.call == "page_map(cid = 1 (A), ipa = 0x4000, pa = 0x40081000 (F1)), by the host on CPU 0");
  CHECK(drawing.here == "frame F1 = 0x40081000");
  CHECK(drawing.sentence ==
        "The tables contradict the engine's record of F1: mapped at IPA 0x0 of A, where it is not found.");
  const DrawnRow* record = row_of(drawing, "records", "F1");
  REQUIRE(record != nullptr);
  CHECK(record->is_wrong);
  CHECK(record->is_here);
  const DrawnRow* frame = row_of(drawing, "frames", "F1");
  REQUIRE(frame != nullptr);
  CHECK(frame->before == "spare");
  CHECK(frame->engine == "data of A");
  CHECK(frame->spec == "data of A");
  CHECK_FALSE(frame->is_wrong);
  CHECK(frame->moments.empty());
}

TEST_CASE("a mapping is drawn before, after each effect, and after") {
  const Drawing drawing = draw(plain_cex());
  const DrawnRow* page = row_of(drawing, "maps-1", "IPA 0x4000");
  REQUIRE(page != nullptr);
  CHECK(page->before == "nothing, ram");
  CHECK(page->engine == "F1 rw");
  CHECK(page->moments == std::vector<std::string>{"nothing, ram", "F1 rw", "F1 rw"});
  const DrawnRow* entry = row_of(drawing, "tables-1", "level 3");
  REQUIRE(entry != nullptr);
  CHECK(entry->before == "invalid, ram");
  CHECK(entry->engine == "page F1 rw");
  CHECK(entry->spec == "page F1 rw");
  REQUIRE(drawing.effects.size() == 2);
  CHECK(drawing.loads == 1);
  CHECK(drawing.effects.front().does == "invalid, ram  ->  page F1 rw");
}

TEST_CASE("what the engine and the spec answer otherwise comes first") {
  refine::Counterexample cex = plain_cex();
  cex.made->spec = {Status::bad_state, {}, "the frame is not spare"};
  CHECK(draw(cex).sentence ==
        "The engine carries out a call that the spec refuses with bad_state (the frame is not spare).");
  cex.made->engine.why = "a table has a parent";
  CHECK(draw(cex).sentence == "The engine breaks off: a table has a parent.");
}

TEST_CASE("a wrong page is marked and both are named") {
  refine::Counterexample cex = plain_cex();
  cex.point = {{"compartment", 1, true}, {"page", 4, true}};
  cex.after.words[{0x40084, 4}] = 0x4008177f;
  cex.after.frames[0x40081].parent_table = 0x40084;
  cex.after.frames[0x40081].parent_index = 4;
  const Drawing drawing = draw(cex);
  CHECK(drawing.sentence == "The engine leaves what A finds at IPA 0x4000 as F1 r-; the spec wants F1 rw.");
  CHECK(as_text(drawing, false).find(">! IPA 0x4000  nothing, ram  F1 r-          F1 rw") != std::string::npos);
}

TEST_CASE("text is wrapped at spaces, and cut where there are none") {
  CHECK(cli::wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(cli::wrapped("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(cli::wrapped("a\nb\x01", 9) == std::vector<std::string>{"a b?"});
  CHECK(cli::column_widths({{"a", "bbbb"}}, 20) == std::vector<size_t>{1, 4});
  CHECK(cli::column_widths({{"a", std::string(50, 'b'), std::string(50, 'c')}}, 25) == std::vector<size_t>{1, 10, 10});
}

}  // namespace
}  // namespace bulkhead::test
