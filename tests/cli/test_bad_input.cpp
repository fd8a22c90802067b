#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/model/compress.hpp"

/// What is wrong with an input is one line with file, line and what was expected, and exit 2.
namespace bulkhead::test {
namespace {

const std::string header =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4}})"
    "\n";
const std::string call = R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"},"status":"ok"})";

struct Case {
  const char* what;
  std::string content;
  std::string error;  ///< after the file
};

std::string replaced(std::string text, const std::string& old, const std::string& by) {
  return text.replace(text.find(old), old.size(), by);
}

/// The error of a command on a file of that content.
void check_refused(const std::string& command, const std::string& name, const Case& c) {
  const Folder folder;
  const std::string file = folder.write(name, c.content);
  const Ran ran = run_tool({command, file});
  CAPTURE(c.what);
  CHECK(ran.status == 2);
  CHECK(ran.err == "bulkhead: " + file + c.error + "\n");
}

TEST_CASE("replay refuses what is no trace") {
  const auto c = GENERATE_COPY(
      Case{"not JSON", "hello\n", ":1: column 1: not JSON: invalid literal"},
      Case{"cut off", header + call.substr(0, 40),
           ":2: column 40: not JSON: invalid string: missing closing quote; expected string literal"},
      Case{"cut off gzip", gzip(header + call).substr(0, 60), ": cut off; expected a whole gzip file"},
      Case{"cut off zstd", zstd(header + call).substr(0, 60), ": cut off; expected a whole zstd file"},
      Case{"wrong type", header + replaced(call, "0,", "[],"),
           ":2: column 8: \"cpu\" is an array: expected a number in 0..2^64-1, or a string such as \"0x1f\""},
      Case{"unknown call", header + replaced(call, "donate", "lend"),
           ":2: column 17: \"call\" is \"frame_lend\": expected the name of a call, as `bulkhead spec` lists them"},
      Case{"number out of range", header + replaced(call, "0,", "4,"),
           ":2: column 8: \"cpu\" is 4: expected a number in 0..3"},
      Case{"missing argument", header + replaced(call, R"("pa":"0x40000000")", ""),
           ":2: column 39: expected the key \"pa\" in \"args\""},
      Case{"extra argument", header + replaced(call, R"("pa":)", R"("cid":1,"pa":)"),
           ":2: column 46: unknown key \"cid\"; expected none but pa"},
      Case{"duplicate key", header + replaced(call, R"("cpu":0)", R"("cpu":0,"cpu":0)"),
           ":2: column 16: key \"cpu\" stands twice; expected each key at most once"},
      Case{"unsupported schema", replaced(header, "trace/1", "trace/9"),
           ":1: column 11: \"schema\" is \"bulkhead-trace/9\": expected \"bulkhead-trace/1\""},
      Case{"non-UTF-8", header + replaced(call, "ok", "\xff"),
           ":2: column 69: not JSON: invalid string: ill-formed UTF-8 byte"},
      Case{"empty file", "", ":1: empty; expected the header of a trace"},
      Case{"a NUL byte", header + std::string(1, '\0'), ":2: column 1: not JSON: NUL byte"},
      Case{"no machine", replaced(header, "0x80000000", "0x40000001"),
           ":1: column 40: machine: ram range 0x40000000..0x40000001: expected multiples of 4096"});
  check_refused("replay", "t.jsonl", c);
}

TEST_CASE("replay refuses a folder without traces and a file that is not there") {
  const Folder folder;
  const Ran none = run_tool({"replay", folder.path()});
  CHECK(none.status == 2);
  CHECK(none.err == "bulkhead: " + folder.path() + ": holds no trace; expected *.jsonl, *.jsonl.gz or *.jsonl.zst\n");
  const Ran missing = run_tool({"replay", folder.path() + "/x.jsonl"});
  CHECK(missing.status == 2);
  CHECK(missing.err == "bulkhead: " + folder.path() +
                           "/x.jsonl: cannot be opened (No such file or directory); expected a readable file\n");
}

TEST_CASE("standard input is named -") {
  CHECK(run_tool({"replay", "-"}, "x").err == "bulkhead: -:1: column 1: not JSON: invalid literal\n");
}

TEST_CASE("a bad file counts more than a trace that diverges") {
  const Folder folder;
  folder.write("a.jsonl", header + replaced(call, "ok", "denied"));
  folder.write("b.jsonl", "x");
  CHECK(run_tool({"replay", folder.path()}).status == 2);
}

}  // namespace
}  // namespace bulkhead::test
