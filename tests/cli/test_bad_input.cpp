#include <algorithm>

#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/model/compress.hpp"

/// What is wrong with an input is one line with file, line and what was expected, and exit 2.
namespace bulkhead::test {
namespace {

/// Every way in which an input may be bad; each command that reads a file has a case of each.
const std::vector<std::string> kinds = {
    "not JSON",
    "cut off",
    "a cut off gzip file",
    "a cut off zstd file",
    "wrong type",
    "unknown call",
    "out of range",
    "missing argument",
    "extra argument",
    "duplicate key",
    "another schema",
    "not UTF-8",
    "not UTF-8 in a name",
    "an empty file",
    "an empty line",
    "a NUL byte",
    "a longish line",
    "too deep",
    "a byte order mark",
};

struct Case {
  std::string kind;
  std::string content;
  std::string error;  ///< after the file
};

const std::string header =
    R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4}})"
    "\n";
const std::string call = R"({"cpu":0,"call":"frame_donate","args":{"pa":"0x40000000"},"status":"ok"})";
const std::string walk =
    R"({"id":"a","vtcr":"0xd0090","vttbr":"0x1000","dc":0,"fwb":0,"cd":0,"words":[["0x1000","0x2003"]],"q":[["0x0","r1"]]})"
    "\n";

std::string replaced(std::string text, const std::string& old, const std::string& by) {
  return text.replace(text.find(old), old.size(), by);
}

const std::string longish(size_t{1} << 21, ' ');
const std::string deep(33, '[');

const std::vector<Case> traces = {
    {"not JSON", "hello\n", ":1: column 1: not JSON: invalid literal; expected a JSON value"},
    {"cut off", header + call.substr(0, 40),
     ":2: column 40: not JSON: invalid string: missing closing quote; expected string literal"},
    {"a cut off gzip file", gzip(header + call).substr(0, 60), ":1: cut off; expected a whole gzip file"},
    {"a cut off zstd file", zstd(header + call).substr(0, 60), ":1: cut off; expected a whole zstd file"},
    {"wrong type", header + replaced(call, "0,", "[],"),
     ":2: column 8: \"cpu\" is an array: expected a number in 0..2^64-1, or a string such as \"0x1f\""},
    {"unknown call", header + replaced(call, "donate", "lend"),
     ":2: column 17: \"call\" is \"frame_lend\": expected the name of a call, as `bulkhead spec` lists them"},
    {"out of range", header + replaced(call, "0,", "4,"), ":2: column 8: \"cpu\" is 4: expected a number in 0..3"},
    {"missing argument", header + replaced(call, R"("pa":"0x40000000")", ""),
     ":2: column 39: expected the key \"pa\" in \"args\""},
    {"extra argument", header + replaced(call, R"("pa":)", R"("cid":1,"pa":)"),
     ":2: column 46: unknown key \"cid\"; expected none but pa"},
    {"duplicate key", header + replaced(call, R"("cpu":0)", R"("cpu":0,"cpu":0)"),
     ":2: column 16: key \"cpu\" stands twice; expected each key at most once"},
    {"another schema", replaced(header, "trace/1", "trace/9"),
     ":1: column 11: \"schema\" is \"bulkhead-trace/9\": expected \"bulkhead-trace/1\""},
    {"not UTF-8", header + replaced(call, "ok", "\xff"),
     ":2: column 69: not JSON: invalid string: ill-formed UTF-8 byte; expected UTF-8"},
    {"not UTF-8 in a name", header + replaced(call, "status", "sta\xc0us"),
     ":2: column 63: not JSON: invalid string: ill-formed UTF-8 byte; expected string literal"},
    {"an empty file", "", ":1: empty; expected the header of a trace"},
    {"an empty line", header + "\n" + call,
     ":2: column 1: not JSON: unexpected end of input; expected '[', '{', or a literal"},
    {"a NUL byte", header + std::string(1, '\0'), ":2: column 1: not JSON: NUL byte; expected a JSON value"},
    {"a longish line", header + longish, ":2: line longer than 1048576 bytes; expected one JSON text a line"},
    {"too deep", header + deep, ":2: column 33: nested too deep: expected at most 32 levels"},
    {"a byte order mark", "\xEF\xBB\xBF" + header, ":1: column 1: byte order mark; expected JSON in UTF-8 without one"},
};

const std::vector<Case> walks = {
    {"not JSON", walk + "hello\n", ":2: column 1: not JSON: invalid literal; expected a JSON value"},
    {"cut off", walk.substr(0, 40),
     ":1: column 40: not JSON: invalid string: missing closing quote; expected a JSON value"},
    {"a cut off gzip file", gzip(walk).substr(0, 60), ":1: cut off; expected a whole gzip file"},
    {"a cut off zstd file", zstd(walk).substr(0, 60), ":1: cut off; expected a whole zstd file"},
    {"wrong type", replaced(walk, "\"a\"", "7"), ":1: column 7: \"id\" is 7: expected a string"},
    {"unknown call", replaced(walk, "r1", "x1"), ":1: column 109: \"x1\": expected one of r1, w1, r0, w0"},
    {"out of range", replaced(walk, "\"dc\":0", "\"dc\":2"), ":1: column 50: \"dc\" is 2: expected a number in 0..1"},
    {"missing argument", replaced(walk, R"("cd":0,)", ""), ":1: column 1: expected the key \"cd\""},
    {"extra argument", replaced(walk, R"("cd":0)", R"("cd":0,"vm":1)"),
     ":1: column 72: unknown key \"vm\"; expected none but id, vtcr, vttbr, dc, fwb, cd, features, words, q"},
    {"duplicate key", replaced(walk, R"("cd":0)", R"("cd":0,"cd":1)"),
     ":1: column 72: key \"cd\" stands twice; expected each key at most once"},
    {"another schema", header,
     ":1: column 11: unknown key \"schema\"; expected none but id, vtcr, vttbr, dc, fwb, cd, features, words, q"},
    {"not UTF-8", replaced(walk, "\"a\"", "\"\xff\""),
     ":1: column 8: not JSON: invalid string: ill-formed UTF-8 byte; expected UTF-8"},
    {"not UTF-8 in a name", replaced(walk, "words", "\xe2\x82"),
     ":1: column 70: not JSON: invalid string: ill-formed UTF-8 byte; expected string literal"},
    {"an empty file", "", ":1: empty; expected one JSON case a line"},
    {"an empty line", walk + "\n" + walk,
     ":2: column 1: not JSON: unexpected end of input; expected '[', '{', or a literal"},
    {"a NUL byte", walk + std::string(1, '\0'), ":2: column 1: not JSON: NUL byte; expected a JSON value"},
    {"a longish line", longish, ":1: line longer than 1048576 bytes; expected one JSON text a line"},
    {"too deep", deep, ":1: column 33: nested too deep: expected at most 32 levels"},
    {"a byte order mark", "\xEF\xBB\xBF" + walk, ":1: column 1: byte order mark; expected JSON in UTF-8 without one"},
};

void check_refused(const Ran& ran, const std::string& file, const std::string& error) {
  CHECK(ran.status == 2);
  CHECK(ran.err == "bulkhead: " + file + error + "\n");
  CHECK_THAT(ran.err, Catch::Matchers::Contains("expected "));
}

/// As a file, on standard input, and compressed, a content is refused in the same words.
void check_refused(const std::string& command, const Case& bad) {
  CAPTURE(command, bad.kind);
  const Folder folder;
  const std::string file = folder.write("bad.jsonl", bad.content);
  check_refused(run_tool({command, file}), file, bad.error);
  check_refused(run_tool({command, "-"}, bad.content), "-", bad.error);
  if (bad.kind.substr(0, 9) == "a cut off") { return; }
  check_refused(run_tool({command, "-"}, gzip(bad.content)), "-", bad.error);
}

void check_all_refused(const std::string& command, const std::vector<Case>& cases) {
  for (const std::string& kind : kinds) {
    CAPTURE(command, kind);
    CHECK(std::any_of(cases.begin(), cases.end(), [&](const Case& bad) { return bad.kind == kind; }));
  }
  for (const Case& bad : cases) { check_refused(command, bad); }
}

TEST_CASE("replay refuses what is no trace") { check_all_refused("replay", traces); }

TEST_CASE("walk refuses what are no cases") { check_all_refused("walk", walks); }

TEST_CASE("what these inputs were made from is accepted") {
  CHECK(run_tool({"replay", "-"}, header + call).status == 0);
  CHECK(run_tool({"walk", "-"}, walk).status == 0);
}

TEST_CASE("a machine that cannot be is refused") {
  const std::string content = replaced(header, "0x80000000", "0x40000001");
  check_refused(run_tool({"replay", "-"}, content), "-",
                ":1: column 40: machine: ram range 0x40000000..0x40000001: expected multiples of 4096");
}

TEST_CASE("a folder is refused where no file is found in it") {
  const Folder folder;
  check_refused(run_tool({"replay", folder.path()}), folder.path(),
                ": holds no trace; expected *.jsonl, *.jsonl.gz or *.jsonl.zst");
  check_refused(run_tool({"walk", folder.path()}), folder.path(), ": is a directory; expected a file");
}

TEST_CASE("a folder that may not be listed is refused") {
  const Folder folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::none);
  // Root may list any folder; this one then holds no trace.
  const bool root = geteuid() == 0;
  check_refused(run_tool({"replay", folder.path()}), folder.path(),
                root ? ": holds no trace; expected *.jsonl, *.jsonl.gz or *.jsonl.zst"
                     : ": cannot be listed (Permission denied); expected a readable folder");
}

TEST_CASE("a file that is not there is refused") {
  const Folder folder;
  const std::string file = folder.path() + "/x.jsonl";
  for (const std::string command : {"replay", "walk"}) {
    check_refused(run_tool({command, file}), file,
                  ": cannot be opened (No such file or directory); expected a readable file");
  }
}

TEST_CASE("a folder on standard input is refused") {
  const Folder folder;
  for (const std::string command : {"replay", "walk"}) {
    std::ifstream in(folder.path());
    std::ostringstream out;
    std::ostringstream err;
    cli::Io io{in, out, err};
    const int status = cli::run({command, "-"}, io);
    check_refused({status, out.str(), err.str()}, "-", ":1: cannot be read to its end; expected a readable file");
  }
}

TEST_CASE("a bad file counts more than a trace that diverges") {
  const Folder folder;
  folder.write("a.jsonl", header + replaced(call, "ok", "denied"));
  folder.write("b.jsonl", "x");
  CHECK(run_tool({"replay", folder.path()}).status == 2);
}

}  // namespace
}  // namespace bulkhead::test
