#include <array>
#include <fstream>
#include <random>

#include "refine/query/expression.hpp"
#include "tests/catch.hpp"

namespace bulkhead::refine::query {
namespace {

/// An expression that is refused: where, and words of the message.
struct Malformed {
  const char* text;
  uint64_t column;
  const char* says;
};

constexpr std::array malformed = {
    Malformed{"", 1, "the expression is empty; expected a condition"},
    Malformed{"  # a comment", 14, "the expression is empty"},
    Malformed{"state(f) ==", 12, "the end cannot stand here; expected a function, a name, a number"},
    Malformed{"state(f) = spare", 10, "`=` is written `==`"},
    Malformed{"shared(f) && shared(g)", 11, "`&&` is written `and`"},
    Malformed{"shared(f) || shared(g)", 11, "`||` is written `or`"},
    Malformed{"!shared(f)", 1, "`!` is written `not`"},
    Malformed{"shared(f) -> shared(g)", 11, "`->` is written `implies`"},
    Malformed{"shared(f) => shared(g)", 11, "`=>` is written `implies`"},
    Malformed{"shared(f) ; shared(g)", 11, "`;` has no meaning; expected a name, a number"},
    Malformed{"shared(f) and \"x\"", 15, "`\"` has no meaning"},
    Malformed{"shared(f) and \x80", 15, "`\\x80` has no meaning"},
    Malformed{"owner(f) == spare", 13, "`spare` is a frame state where a compartment belongs; expected host"},
    Malformed{"f == g", 1, "nothing says what `f` is"},
    Malformed{"f != f", 1, "nothing says what `f` is"},
    Malformed{"stat(f) == spare", 1, "there is no function `stat`; expected one of state(frame), owner(frame)"},
    Malformed{"before.stat(f) == spare", 8, "there is no function `stat`"},
    Malformed{"before.owner(f) == owner(f)", 20, "of which state? expected `before.owner` or `after.owner`"},
    Malformed{"status == ok and maps(c, p)", 18, "of which state? expected `before.maps` or `after.maps`"},
    Malformed{"maps(c, ipa)", 1, "a free name needs another spelling"},
    Malformed{"owner(f) == 70000", 13, "`70000` is too large for a compartment; expected at most 0xffff"},
    Malformed{"content(f, 512) == 0", 12, "`512` is too large for an index; expected at most 0x1ff"},
    Malformed{"state(0x1000000000000) == data", 7, "too large for a frame; expected at most 0xffffffffffff"},
    Malformed{"has_table(c, p, 4)", 17, "`4` is too large for a level; expected at most 0x3"},
    Malformed{"maps(c, i) and content(f, i) == 1", 27, "`i` is an ipa by column 9 where an index belongs"},
    Malformed{"shared(f) and owner(f) == f", 27, "`f` is a frame by column 8"},
    Malformed{"state(f) < spare", 10, "`<` cannot compare values of this kind, frame state; expected `==` or `!=`"},
    Malformed{"shared(f) >= shared(g)", 11, "`>=` cannot compare values of this kind, condition"},
    Malformed{"status", 1, "`status` is a status where a condition belongs; expected true, false, shared(frame)"},
    Malformed{"state(f)", 1, "`state(...)` is a frame state where a condition belongs"},
    Malformed{"a and b", 1, "`a` is a free name where a condition belongs"},
    Malformed{"shared(f) and 1", 15, "`1` is a number where a condition belongs"},
    Malformed{"not owner(f)", 5, "`owner(...)` is a compartment where a condition belongs"},
    Malformed{"spare", 1, "`spare` is a frame state where a condition belongs"},
    Malformed{"0x == output", 1, "0x is no number; expected digits, or 0x and hexadecimal digits"},
    Malformed{"output == 12ab", 11, "12ab is no number"},
    Malformed{"output == 99999999999999999999", 11, "99999999999999999999 is more than 64 bits"},
    Malformed{"state f == spare", 1, "`state` is a function; expected state(frame)"},
    Malformed{"state(f, g) == spare", 8, "`,` cannot stand here; expected `)`: state(frame)"},
    Malformed{"can_read(a) ", 11, "`)` cannot stand here; expected `,`: can_read(compartment, frame)"},
    Malformed{"shared()", 8, "`)` cannot stand here; expected an address below 2^48"},
    Malformed{"shared(f", 9, "the end cannot stand here; expected `)`: shared(frame)"},
    Malformed{"(shared(f)", 11, "expected `)` for the `(` in column 1"},
    Malformed{"shared(f))", 10, "`)` cannot stand here; expected `and`, `or`, `implies`, a comparison or the end"},
    Malformed{"shared(f) shared(g)", 11, "`shared` cannot stand here; expected `and`"},
    Malformed{"before owner(f) == a", 8, "`owner` cannot stand here; expected `.` and a function after `before`"},
    Malformed{"after.", 7, "the end cannot stand here; expected a function: state(frame)"},
    Malformed{"after.7", 7, "`7` cannot stand here; expected a function"},
    Malformed{"now.owner(f) == a", 1, "`now` cannot stand before a dot; expected `before`, `after` or `during`"},
    Malformed{"cid == pa == 1", 11, "comparisons cannot be chained"},
    Malformed{"not", 4, "the end cannot stand here"},
    Malformed{"shared(f) and or shared(g)", 15, "`or` cannot stand here; expected a function"},
    Malformed{"state(f) == root2", 13, "`root2` is used once and could be any frame state, which says nothing"},
    Malformed{"call == page_mapp", 9,
              "`page_mapp` is used once and could be any call, which says nothing; expected version"},
    Malformed{"before.state(f) == status", 20, "`status` is a status where a frame state belongs"},
    Malformed{"call == 3", 9, "`3` is a number where a call belongs; expected version, features"},
    Malformed{"owner(p) == a and maps(a, p)", 27, "`p` is a frame by column 7 where an ipa belongs"},
    Malformed{"before.shared(f) and\n  after.shraed(f)", 9, "there is no function `shraed`"},
};
static_assert(malformed.size() >= 50);

TEST_CASE("Every malformed expression is refused at its column, with what could stand there") {
  for (const Malformed& bad : malformed) {
    CAPTURE(bad.text);
    try {
      (void)read_expression(bad.text);
      FAIL("it was read");
    } catch (const Error& error) {
      CAPTURE(error.message());
      CHECK(error.place().file == "EXPRESSION");
      CHECK(error.place().column == bad.column);
      CHECK(error.message().find(bad.says) != std::string::npos);
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("Lines count, and comments are skipped") {
  try {
    (void)read_expression("# spare frames\nstate(f) == spare # are\nand contents(f, 0) == 1", "q.txt");
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.place().file == "q.txt");
    CHECK(error.place().line == 3);
    CHECK(error.place().column == 5);
  }
}

TEST_CASE("What is too long or too deep is refused") {
  CHECK_THROWS_AS(read_expression(std::string(longest_expression + 1, ' ')), Error);
  const auto nested = [](size_t depth) { return std::string(depth, '(') + "true" + std::string(depth, ')'); };
  CHECK_NOTHROW(read_expression(nested(deepest_expression - 1)));
  CHECK_THROWS_AS(read_expression(nested(deepest_expression + 1)), Error);
  std::string negated;
  for (unsigned i = 0; i <= deepest_expression; ++i) { negated += "not "; }
  CHECK_THROWS_AS(read_expression(negated + "true"), Error);
}

Sort sort_of(const std::string& text, const std::string& name) { return read_expression(text).names.at(name); }

TEST_CASE("Names get their sort from their use, wherever it is") {
  CHECK(sort_of("state(f) == data", "f") == Sort::frame);
  CHECK(sort_of("a != b and owner(f) == a and can_read(b, f)", "a") == Sort::compartment);
  CHECK(sort_of("a == b and b == c and owner(f) == c", "a") == Sort::compartment);
  CHECK(sort_of("a != host", "a") == Sort::compartment);
  CHECK(sort_of("pa == x", "x") == Sort::frame);
  CHECK(sort_of("ipa == x", "x") == Sort::ipa);
  CHECK(sort_of("cid == x", "x") == Sort::compartment);
  CHECK(sort_of("vcpus == x", "x") == Sort::number);
  CHECK(sort_of("level == x and before.has_table(c, p, x)", "x") == Sort::level);
  CHECK(sort_of("content(f, i) == x", "x") == Sort::number);
  CHECK(sort_of("state(f) == s and state(g) == s", "s") == Sort::frame_state);
  CHECK(sort_of("status == s and s != ok", "s") == Sort::status);
  CHECK(sort_of("x > 4", "x") == Sort::number);
}

TEST_CASE("An expression knows whether it speaks of a step") {
  CHECK_FALSE(read_expression("state(f) == data").has_step);
  CHECK(read_expression("before.state(f) == data").has_step);
  CHECK(read_expression("status == ok").has_step);
  CHECK(read_expression("pa == 4096").has_step);
}

TEST_CASE("A byte address is the frame that it falls in") {
  const Expression expression = read_expression("owner(0x40001234) == 5");
  CHECK(expression.root.children[0].children[0].value == 0x40001);
  CHECK(expression.root.children[1].value == 5);
}

TEST_CASE("`and` binds tighter than `or`, `or` than `implies`, and `not` most") {
  const Node root = read_expression("not true and false or true implies false implies true").root;
  CHECK(root.op == Operator::implies);
  CHECK(root.children[1].op == Operator::implies);
  CHECK(root.children[0].op == Operator::either);
  CHECK(root.children[0].children[0].op == Operator::both);
  CHECK(root.children[0].children[0].children[0].op == Operator::negate);
}

TEST_CASE("Every function and every constant can be used") {
  for (const FunctionRow& row : functions()) {
    const bool is_of_effects = row.function == Function::can_translate;
    std::string text = (is_of_effects ? "during." : "") + std::string(row.name) + "(";
    for (size_t i = 0; i < row.parameters.size(); ++i) {
      text += std::string(i == 0 ? "" : ", ") + "n" + std::to_string(i);
    }
    text += row.result == Sort::condition ? ")" : ") == x and x == x";
    CAPTURE(text);
    CHECK_NOTHROW(read_expression(text));
  }
  for (const Enumerator& one : enumerators()) {
    CAPTURE(one.name);
    CHECK(given_named(one.name) == nullptr);
    CHECK_FALSE(is_keyword(one.name));
    CHECK(written(one.sort, one.value) == one.name);
  }
  for (const GivenRow& row : givens()) { CHECK_NOTHROW(read_expression(row.name + " == x and x == x")); }
}

/// Random pieces of the language, most of them nonsense.
std::string random_text(std::mt19937_64& random) {
  static const std::array pieces = {
      "state(", "owner(",    "can_read(", "content(", "before.", "after.", "f",    "a",     ", ",     ")",       "(",
      " and ",  " or ",      " not ",     " == ",     " != ",    " < ",    "host", "spare", "status", "pa",      "0x10",
      "7",      " implies ", "#",         "\n",       "true",    "=",      ".",    "\xff",  "call",   "page_map"};
  std::string text;
  for (uint64_t i = 0; i <= random() % 12; ++i) { text += pieces[random() % pieces.size()]; }
  return text;
}

TEST_CASE("Whatever is written is read or refused with one printable line") {
  std::mt19937_64 random(1);
  size_t read = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = random_text(random);
    CAPTURE(text);
    try {
      (void)read_expression(text);
      ++read;
    } catch (const Error& error) {
      const std::string_view line = error.what();
      if (line.empty() || line.find('\n') != std::string_view::npos) { FAIL("not one line"); }
    }
  }
  CHECK(read > 50);
}

}  // namespace
}  // namespace bulkhead::refine::query
