#include "model/trace_reader.hpp"

#include <sstream>

#include "tests/catch.hpp"
#include "tests/model/errors.hpp"

namespace bulkhead::trace {
namespace {

constexpr std::string_view header =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4}})";

/// The error of reading the whole trace.
std::string refusal(const std::string& text) {
  return test::error_of([&] {
    std::istringstream in(text);
    Reader reader(in, "t");
    Event event;
    while (reader.next(event)) {}
  });
}

/// The error of reading a trace with these events.
std::string refusal_of_events(const std::string& events) { return refusal(std::string(header) + "\n" + events); }

struct Case {
  std::string text;
  std::string error;
};

TEST_CASE("a header that is none is refused") {
  const auto [text, error] = GENERATE(
      Case{"", "t:1: empty; expected the header of a trace"},
      Case{"\n", "t:1: column 1: not JSON: unexpected end of input; expected '[', '{', or a literal"},
      Case{"[]", "t:1: column 1: an array: expected an object"},
      Case{"{}", "t:1: column 1: expected the key \"schema\""},
      Case{R"({"schema":"bulkhead-trace/2","more":1})",
           "t:1: column 11: \"schema\" is \"bulkhead-trace/2\": expected \"bulkhead-trace/1\""},
      Case{R"({"schema":1})", "t:1: column 11: \"schema\" is 1: expected a string"},
      Case{R"({"schema":"bulkhead-trace/1"})", "t:1: column 1: expected the key \"machine\""},
      Case{R"({"schema":"bulkhead-trace/1","color":1,"machine":{}})",
           "t:1: column 38: unknown key \"color\"; expected none but schema, machine, source, expect"},
      Case{R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x0"]],"cpus":4,"list_registers":4}})",
           "t:1: column 48: 1 numbers: expected a range [first, end]"},
      Case{R"({"schema":"bulkhead-trace/1","machine":{"ram":[],"cpus":4,"list_registers":4}})",
           "t:1: column 40: machine: ram: expected at least one range"},
      Case{R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4}})",
           "t:1: column 40: expected the key \"list_registers\" in \"machine\""},
      Case{
          R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4294967297,"list_registers":4}})",
          "t:1: column 84: \"cpus\" is 4294967297: expected a number in 0..4294967295"},
      Case{std::string(header.substr(0, header.size() - 1)) + R"(,"expect":"fails"})",
           "t:1: column 115: \"expect\" is \"fails\": expected \"conforms\" or {\"diverges\": LINE}"},
      Case{std::string(header.substr(0, header.size() - 1)) + R"(,"expect":{"diverges":1}})",
           "t:1: column 127: \"diverges\" is 1: expected a number in 2..18446744073709551615"});
  CAPTURE(text);
  CHECK(refusal(text) == error);
}

TEST_CASE("an event that is none is refused") {
  const auto [text, error] = GENERATE(
      Case{"", "no error"}, Case{"not JSON", "t:2: column 2: not JSON: invalid literal; expected a JSON value"},
      Case{"\n", "t:2: column 1: not JSON: unexpected end of input; expected '[', '{', or a literal"},
      Case{"{}", "t:2: column 1: expected one of the keys call, guest, effect, irq, exit"},
      Case{R"({"cpu":0,"call":"page_mop","args":{},"status":"ok"})",
           "t:2: column 17: \"call\" is \"page_mop\": expected the name of a call, as `bulkhead spec` lists them"},
      Case{R"({"cpu":0,"call":7,"args":{},"status":"ok"})", "t:2: column 17: \"call\" is 7: expected a string"},
      Case{R"({"cpu":4,"call":"version","args":{},"status":"denied"})",
           "t:2: column 8: \"cpu\" is 4: expected a number in 0..3"},
      Case{R"({"call":"version","args":{},"status":"denied"})", "t:2: column 1: expected the key \"cpu\""},
      Case{R"({"cpu":0,"call":"frame_donate","args":{},"status":"ok"})",
           "t:2: column 39: expected the key \"pa\" in \"args\""},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":1,"cid":1},"status":"ok"})",
           "t:2: column 53: unknown key \"cid\"; expected none but pa"},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":"40"},"status":"ok"})",
           "t:2: column 45: \"pa\" is \"40\": expected a number in 0..2^64-1, or a string such as \"0x1f\""},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":18446744073709551616},"status":"ok"})",
           "t:2: column 45: \"pa\" is 18446744073709551616: expected a number in 0..2^64-1, or a string such as "
           "\"0x1f\""},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":1,"pa":1},"status":"ok"})",
           "t:2: column 52: key \"pa\" stands twice; expected each key at most once"},
      Case{R"({"cpu":0,"call":"frame_donate","args":[1],"status":"ok"})",
           "t:2: column 39: \"args\" is an array: expected an object"},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":1}})", "t:2: column 1: expected the key \"status\""},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":1},"status":"fine"})",
           "t:2: column 57: \"status\" is \"fine\": expected one of ok, bad_address, bad_argument, no_such, in_use, "
           "bad_state, no_table, not_mapped, not_empty, busy, denied, unsupported"},
      Case{R"({"cpu":0,"call":"frame_donate","args":{"pa":1},"status":"ok","out":{"pa":1}})",
           "t:2: column 74: unknown key \"pa\"; expected no keys"},
      Case{R"({"cpu":0,"call":"version","args":{},"status":"ok"})", "t:2: column 1: expected the key \"out\""},
      Case{R"({"cpu":0,"call":"version","args":{},"status":"ok","out":{}})",
           "t:2: column 57: expected the key \"version\" in \"out\""},
      Case{R"({"cpu":0,"call":"version","args":{},"status":"denied","out":{"version":1}})",
           "t:2: column 72: unknown key \"version\"; expected no keys"},
      Case{R"({"cpu":0,"caller":65536,"call":"version","args":{},"status":"denied"})",
           "t:2: column 19: \"caller\" is 65536: expected a number in 0..65535"},
      Case{R"({"cpu":0,"guest":"load","ipa":"0x40000004","value":0})",
           "t:2: column 31: \"ipa\" is \"0x40000004\": expected a multiple of 8"},
      Case{R"({"cpu":0,"call":"version","args":{},"status":"denied","effect":"isb"})",
           "t:2: column 64: unknown key \"effect\"; expected none but n, cpu, caller, call, args, status, out"});
  CAPTURE(text);
  CHECK(refusal_of_events(text) == error);
}

TEST_CASE("a step of an unknown form is refused") {
  const auto [text, error] = GENERATE(
      Case{R"({"effect":"wfi"})",
           "t:2: column 11: \"effect\" is \"wfi\": expected one of load, store, fill, copy, clean, dsb, isb, tlbi, dc, "
           "ic, msr, lock, unlock, eret, exception, share"},
      Case{R"({"effect":"dsb","domain":"osh"})",
           "t:2: column 26: \"domain\" is \"osh\": expected one of ish, ishst, nsh, sy"},
      Case{R"({"effect":"dsb"})", "t:2: column 1: expected the key \"domain\""},
      Case{R"({"effect":"isb","domain":"sy"})",
           "t:2: column 26: unknown key \"domain\"; expected none but n, cpu, effect"},
      Case{R"({"cpu":1,"guest":"jump"})", "t:2: column 18: \"guest\" is \"jump\": expected one of load, store"},
      Case{R"({"cpu":1,"guest":"load","ipa":0})", "t:2: column 1: expected the key \"value\""},
      Case{R"({"cpu":1,"guest":"store","ipa":0,"fault":"permission"})", "t:2: column 1: expected the key \"value\""},
      Case{R"({"cpu":1,"guest":"load","ipa":0,"value":1,"fault":"permission"})",
           "t:2: column 41: expected either \"value\" or \"fault\""},
      Case{
          R"({"cpu":1,"guest":"load","ipa":0,"fault":"weird"})",
          "t:2: column 41: \"fault\" is \"weird\": expected one of translation, address_size, access_flag, permission"},
      Case{R"({"irq":"raise","intid":"x"})",
           "t:2: column 24: \"intid\" is \"x\": expected a number in 0..2^64-1, or a string such as \"0x1f\""},
      Case{R"({"cpu":1,"exit":"mmio","value":1})",
           "t:2: column 32: unknown key \"value\"; expected none but n, cpu, exit, out"},
      Case{R"({"cpu":9,"effect":"isb"})", "t:2: column 8: \"cpu\" is 9: expected a number in 0..3"});
  CAPTURE(text);
  CHECK(refusal_of_events(text) == error);
}

TEST_CASE("event numbers increase") {
  CHECK(refusal_of_events("{\"n\":0,\"effect\":\"isb\"}\n{\"effect\":\"isb\"}\n{\"n\":7,\"effect\":\"isb\"}") ==
        "no error");
  CHECK(refusal_of_events("{\"n\":3,\"effect\":\"isb\"}\n{\"n\":3,\"effect\":\"isb\"}") ==
        "t:3: column 6: \"n\" is 3: expected a number above 3");
}

}  // namespace
}  // namespace bulkhead::trace
