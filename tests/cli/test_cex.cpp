#include "cli/cex_file.hpp"

#include "model/error.hpp"
#include "refine/counterexample_record.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/random_cex.hpp"
#include "tests/cli/schema.hpp"

/// Counterexample files: nothing is lost, and what is no such file is refused with one line.
namespace bulkhead::test {
namespace {

using cli::cex_text;
using cli::read_cex;
using refine::Counterexample;

/// Every field of it, as bytes.
std::string all_of(const Counterexample& cex) { return refine::written(cex); }

/// The texts of the lines of the tool's own sources are written along; here they are taken away again.
Counterexample without_texts(Counterexample cex) {
  if (cex.made) {
    for (refine::PathStep& step : cex.made->path) { step.text.clear(); }
  }
  return cex;
}

std::string problem_of(const std::string& text) {
  try {
    read_cex(text, "f");
    return "";
  } catch (const Error& error) { return error.what(); }
}

std::string replaced(std::string text, const std::string& old, const std::string& by) {
  const size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), by);
}

TEST_CASE("a counterexample that is written is read as it was") {
  const Schema schema = schema_named("bulkhead-cex/1");
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const Counterexample cex = RandomCex(seed).make();
    const std::string text = cex_text(cex);
    CAPTURE(seed, text);
    const Counterexample read = read_cex(text, "f");
    REQUIRE(all_of(without_texts(read)) == all_of(without_texts(cex)));
    REQUIRE(cex_text(read) == text);
    REQUIRE(schema.problem(nlohmann::json::parse(text)) == "");
  }
}

TEST_CASE("the text of a source line comes from the engine that failed") {
  Counterexample cex = plain_cex();
  cex.made->path = {{"impl/page_map.hpp", 1, true, "another line"}, {"impl/page_map.hpp", 1, true}};
  const auto path = read_cex(cex_text(cex), "f").made->path;
  CHECK(path.at(0).text == "another line");
  CHECK(path.at(1).text == "#pragma once");
}

TEST_CASE("a file says what its words mean") {
  const std::string text = cex_text(plain_cex());
  CHECK(text.find(R"("means": "page 0x40081000 rw")") != std::string::npos);
  CHECK(text.find(R"("means": "invalid, ram")") != std::string::npos);
  CHECK(text.find(R"({"effect": "store", "pa": "0x40084020", "value": "0x400817ff"})") != std::string::npos);
  CHECK(problem_of(replaced(text, "page 0x40081000 rw", "whatever")).empty());
}

TEST_CASE("what is no counterexample is refused with its place") {
  const std::string good = cex_text(plain_cex());
  CHECK(problem_of("") == "f:1: column 1: not JSON: unexpected end of input; expected '[', '{', or a literal");
  CHECK(problem_of("[]") == "f:1: column 1: an array: expected an object");
  const auto after = [&](const std::string& old, const std::string& by) { return problem_of(replaced(good, old, by)); };
  CHECK(after("cex/1", "cex/9") == R"(f:2: column 13: "schema" is "bulkhead-cex/9": expected "bulkhead-cex/1")");
  CHECK(after(R"("says")", R"("said")").find("f:4: column 11: unknown key \"said\"") == 0);
  CHECK(after(R"("pa": "0x40080000")", R"("pa": "0x40080008")")
            .find("expected the address of a page, a multiple of 0x1000") != std::string::npos);
  CHECK(after(R"("pa": "0x40082000", "state")", R"("pa": "0x40080000", "state")")
            .find("this place stands here twice; expected it once") != std::string::npos);
  CHECK(after(R"("name": "page_map")", R"("name": "page_lend")").find("expected the name of a call") !=
        std::string::npos);
  CHECK(after(R"("part": "frame")", R"("part": "wing")").find("expected one of frame, index") != std::string::npos);
  CHECK(after(R"("ram": true)", R"("ram": 1)").find("expected true or false") != std::string::npos);
  CHECK(after(R"("effect": "dsb", "domain": "ishst")", R"("effect": "dsb", "domain": "osh")")
            .find("expected one of ish, ishst, nsh, sy") != std::string::npos);
}

TEST_CASE("bad files of counterexamples are bad input") {
  const Folder folder;
  const std::string file = folder.write("a.json", replaced(cex_text(plain_cex()), "\"spare\"", "\"spar\""));
  for (const char* verb : {"list", "show"}) {
    const Ran ran = run_tool({"cex", verb, file});
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("bulkhead: " + file + ":") == 0);
    CHECK(ran.err.find("\"state\" is \"spar\": expected one of host, spare") != std::string::npos);
    CHECK(run_tool({"cex", verb, folder.path() + "/none"}).status == 2);
    CHECK(run_tool({"cex", verb}).status == 2);
  }
  const Folder empty;
  CHECK(run_tool({"cex", "list", empty.path()}).err ==
        "bulkhead: " + empty.path() + ": no counterexample in it; expected files that end in .json\n");
}

TEST_CASE("a folder of counterexamples is listed") {
  const Folder folder;
  folder.write("b.json", cex_text(plain_cex()));
  Counterexample state = plain_cex();
  state.made.reset();
  state.trace.text = "a trace";
  folder.write("a.json", cex_text(state));
  folder.write("note.txt", "no counterexample");
  CHECK(run_tool({"cex", "list", folder.path()}).out ==
        "call                  engine        spec          trace  goal\n"
        "-                     -             -             yes    invariant/page_map/ok.1/entry_maps_page\n"
        "page_map              ok            ok            no     invariant/page_map/ok.1/entry_maps_page\n"
        "\n2 counterexamples\n");
  const auto document = nlohmann::json::parse(run_tool({"cex", "list", "--json", folder.path()}).out);
  CHECK(schema_named("bulkhead-cex-list/1").problem(document) == "");
  CHECK(document.at("counterexamples").at(1).at("engine") == "ok");
}

TEST_CASE("a goal's file is named after it") {
  CHECK(cli::cex_file_name("contract/page_map/ok.1/status") == "contract_page_map_ok.1_status.json");
}

}  // namespace
}  // namespace bulkhead::test
