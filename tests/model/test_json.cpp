#include "model/json.hpp"

#include "tests/catch.hpp"
#include "tests/model/errors.hpp"

namespace bulkhead::json {
namespace {

using test::error_of;

/// The error of reading the text as JSON.
std::string refusal(std::string_view text) {
  return error_of([text] { Document().parse(text, "f", 7); });
}

/// The error of doing something with the value of the text.
template <class Use>
std::string refusal_of_use(std::string_view text, const Use& use) {
  Document document;
  const Value value = document.parse(text, "f", 1);
  return error_of([&] { use(value); });
}

/// What can be said of each member of an object, and where it stands.
std::vector<std::string> described(std::string_view text) {
  Document document;
  std::vector<std::string> all;
  for (const Value member : document.parse(text, "f", 1).members()) {
    all.push_back(error_of([&] { member.fail_expecting(member.key()); }));
    all.push_back(error_of([&] { all.push_back(std::to_string(member.number())); }));
    all.push_back(error_of([&] { all.emplace_back(member.string()); }));
  }
  return all;
}

TEST_CASE("a flat object is read as the parser reads it") {
  for (const std::string plain :
       {R"({"a":12,"b":"0x1F","c":"x y")", R"({ "a" : 0 , "" : "" )", R"({"n":9999999999999999999,"m":"~!/")"}) {
    // An array in it, or more members than a plain object has, are for the parser.
    std::vector<std::string> slow = described(plain + R"(,"zz":[]})");
    slow.resize(described(plain + "}").size());
    CHECK(described(plain + "}") == slow);
    CHECK(described(plain + "} ") == described(plain + "}"));
  }
}

TEST_CASE("what only looks like a flat object is refused as ever") {
  for (const char* text :
       {R"({"a":01})", R"({"a":1,})", R"({"a":1}x)", R"({"a" 1})", R"({"a":})", R"({"a":"x})", R"({)",
        R"({"a":1 "b":2})", R"({"a":1,"a":2})", "{\"a\":\"\x01\"}", R"({"a":-})", R"({"a":1.})"}) {
    CAPTURE(text);
    CHECK_FALSE(refusal(text).empty());
  }
}

TEST_CASE("numbers are read from JSON numbers and hexadecimal strings") {
  Document document;
  const Value value =
      document.parse(R"({"a": 12, "b": "0x1F", "c": 18446744073709551615, "d":"0xffffffffffffffff"})", "f", 1);
  CHECK(value.at("a").number() == 12);
  CHECK(value.at("b").number() == 31);
  CHECK(value.at("c").number() == ~uint64_t{0});
  CHECK(value.at("d").number() == ~uint64_t{0});
}

TEST_CASE("whatever is not a 64-bit number is refused as one") {
  for (const std::string text : {"-1", "1.0", "1e3", "18446744073709551616", "true", "null", "\"12\"", "\"0x\"",
                                 "\"0xg\"", "\"0x 1\"", "\"0x+1\"", "\"0X1\"", "\"0x10000000000000000\""}) {
    CAPTURE(text);
    CHECK(refusal_of_use(text, [](Value value) { (void)value.number(); }) ==
          "f:1: column 1: " + text + ": expected a number in 0..2^64-1, or a string such as \"0x1f\"");
  }
}

TEST_CASE("truth values and numbers of any kind are read as what they are") {
  Document document;
  const Value value = document.parse(R"({"a":true,"b":false,"c":-2,"d":0.5,"e":3,"f":1e3})", "f", 1);
  CHECK(value.at("a").boolean());
  CHECK_FALSE(value.at("b").boolean());
  CHECK(value.at("c").real() == -2);
  CHECK(value.at("d").real() == 0.5);
  CHECK(value.at("e").real() == 3);
  CHECK(value.at("f").real() == 1000);
  CHECK(refusal_of_use("[1]", [](Value v) { (void)v.boolean(); }) == "f:1: column 1: an array: expected true or false");
  CHECK(refusal_of_use("true", [](Value v) { (void)v.real(); }) == "f:1: column 1: true: expected a number");
}

TEST_CASE("a number out of range is refused at its place") {
  const auto use = [](Value value) { (void)value.at("a").number(1, 3); };
  CHECK(refusal_of_use(R"({ "a" : 4 })", use) == "f:1: column 9: \"a\" is 4: expected a number in 1..3");
  CHECK(refusal_of_use(R"({"a":0,"b":1})", use) == "f:1: column 6: \"a\" is 0: expected a number in 1..3");
  CHECK(refusal_of_use(R"({"a":3})", use) == "no error");
}

TEST_CASE("a wrong type is refused") {
  CHECK(refusal_of_use("[1]", [](Value v) { (void)v.string(); }) == "f:1: column 1: an array: expected a string");
  CHECK(refusal_of_use("{}", [](Value v) { (void)v.elements(); }) == "f:1: column 1: an object: expected an array");
  CHECK(refusal_of_use("\"x\"", [](Value v) { (void)v.members(); }) == "f:1: column 1: \"x\": expected an object");
  CHECK(refusal_of_use("3", [](Value v) { (void)v.find("a"); }) == "f:1: column 1: 3: expected an object");
}

TEST_CASE("missing and unknown keys are refused") {
  CHECK(refusal_of_use("{}", [](Value v) { (void)v.at("a"); }) == "f:1: column 1: expected the key \"a\"");
  CHECK(refusal_of_use(R"({"a":{}})", [](Value v) { (void)v.at("a").at("b"); }) ==
        "f:1: column 6: expected the key \"b\" in \"a\"");
  CHECK(refusal_of_use(R"({"a":1,"x":2})", [](Value v) {
          v.allow_only({"a", "b"});
        }) == "f:1: column 12: unknown key \"x\"; expected none but a, b");
  CHECK(refusal_of_use(R"({"x":2})", [](Value v) { v.allow_only({}); }) ==
        "f:1: column 6: unknown key \"x\"; expected no keys");
}

TEST_CASE("children stand in the order of the text, nested ones skipped") {
  Document document;
  std::string keys;
  for (const Value member : document.parse(R"({"z":[1,[2,3]],"a":{"b":{}},"m":0})", "f", 1).members()) {
    keys += member.key();
  }
  CHECK(keys == "zam");
  uint64_t sum = 0;
  for (const Value element : document.parse("[1,20,300]", "f", 1).elements()) { sum += element.number(); }
  CHECK(sum == 321);
  CHECK(document.parse("[1,[2,3],{\"a\":[]}]", "f", 1).elements().size() == 3);
}

TEST_CASE("a key twice in one object is refused, in two it is not") {
  CHECK(refusal(R"({"a":1,"b":2,"a":3})") == "f:7: column 18: key \"a\" stands twice; expected each key at most once");
  CHECK(refusal(R"({"b":{"a":1,"\u0061":2}})") ==
        "f:7: column 22: key \"a\" stands twice; expected each key at most once");
  CHECK(refusal(R"({"a":{"a":1},"b":{"a":1}})") == "no error");
}

TEST_CASE("nesting is limited") {
  const std::string deepest = std::string(max_depth, '[') + std::string(max_depth, ']');
  CHECK(refusal(deepest) == "no error");
  CHECK(refusal("[" + deepest + "]") == "f:7: column 33: nested too deep: expected at most 32 levels");
}

TEST_CASE("text that is not JSON is refused with its place") {
  CHECK(refusal("") == "f:7: column 1: not JSON: unexpected end of input; expected '[', '{', or a literal");
  CHECK(refusal("{\"a\":1") == "f:7: column 6: not JSON: unexpected end of input; expected '}'");
  CHECK(refusal("{\"a\":1} x") == "f:7: column 9: not JSON: invalid literal; expected end of input");
  CHECK(refusal("{\"a\" 1}") == "f:7: column 7: not JSON: unexpected number literal; expected ':'");
  CHECK(refusal("[1,]") == "f:7: column 4: not JSON: unexpected ']'; expected '[', '{', or a literal");
  CHECK(refusal("// x\n1") == "f:7: column 1: not JSON: invalid literal; expected a JSON value");
  CHECK(refusal("[1,\n 2,\n x]") == "f:9: column 2: not JSON: invalid literal; expected a JSON value");
  CHECK(refusal("1e999") ==
        "f:7: column 5: not JSON: number overflow parsing '1e999'; expected a number that a double can hold");
  CHECK(refusal(std::string_view("1\0", 2)) == "f:7: column 2: not JSON: NUL byte; expected a JSON value");
  CHECK(refusal("\xEF\xBB\xBF{}") == "f:7: column 1: byte order mark; expected JSON in UTF-8 without one");
}

TEST_CASE("text that is not UTF-8 is refused") {
  const std::vector<std::string> ill_formed = {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                                               "\"\xe2\x82\""};
  for (const std::string& text : ill_formed) {
    CAPTURE(text);
    CHECK_THAT(refusal(text), Catch::Matchers::Contains("invalid string: ill-formed UTF-8 byte"));
  }
  CHECK(refusal("\"\xe2\x82\xac\"") == "no error");
}

TEST_CASE("a document is parsed into again") {
  Document document;
  CHECK(document.parse("[\"first\"]", "f", 1).elements().size() == 1);
  const Value second = document.parse(R"({"k":"second"})", "f", 2);
  CHECK(second.at("k").string() == "second");
}

TEST_CASE("strings are quoted as JSON needs it") {
  CHECK(quoted("a\"\\\n\x01") == R"("a\"\\\n\u0001")");
  Document document;
  const std::string text = quoted("\xe2\x82\xac \" \\ /");
  CHECK(document.parse(text, "f", 1).string() == "\xe2\x82\xac \" \\ /");
}

TEST_CASE("messages are one printable line") {
  CHECK(printable("a\nb\x7f\xff") == R"(a\x0ab\x7f\xff)");
  CHECK(printable("abcdef", 3) == "abc...");
}

}  // namespace
}  // namespace bulkhead::json
