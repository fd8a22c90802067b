#include "cli/page.hpp"

#include <algorithm>

#include "cli/drawing_html.hpp"
#include "cli/html.hpp"
#include "tests/catch.hpp"
#include "tests/cli/folder.hpp"
#include "tests/cli/ran.hpp"
#include "tests/cli/random_cex.hpp"

/// The page of a proof. How it looks and behaves, tests/report/browser.py sees.
namespace bulkhead::test {
namespace {

const std::string proof =
    R"({"schema":"bulkhead-proof/1","verdict":"refuted","stopped":false,"obligations":[
{"name":"invariant/page_map/ok.1/entry_maps_page","theorem":"invariant","call":"page_map","path":"ok.1","conjunct":"x",
"says":"<i>","verdict":"refuted","seconds":0.25},{"name":"invariant/page_map/ok.1/y","theorem":"invariant","call":"page_map",
"says":"z","verdict":"proved","seconds":1}],"parts":[{"subject":"page_map","verdict":"refuted","obligations":2,"paths":7,
"seconds":1.25}],"totals":{"seconds":1.25},"solver":"z3","version":"4.8.12"})";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("text cannot become markup") {
  CHECK(cli::html_text("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  CHECK(cli::html_text(std::string("a\0b\x1b\xff", 5)) ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(cli::html_text("\xc3\xa9\n") == "\xc3\xa9\n");
}

TEST_CASE("whatever a counterexample holds, its drawing is well-formed") {
  const std::string odd = "</script><b>";
  for (uint64_t seed = 0; seed < 100; ++seed) {
    refine::Counterexample cex = RandomCex(seed).make();
    cex.says = odd;
    const std::string html = cli::as_html(cli::draw(cex), "cex-1");
    CAPTURE(seed, html);
    REQUIRE_FALSE(has(html, odd));
    for (const std::string name : {"section", "table", "tr", "td", "th", "dl", "details", "code"}) {
      const auto count = [&](const std::string& part) {
        size_t found = 0;
        for (size_t at = html.find(part); at != std::string::npos; at = html.find(part, at + 1)) { ++found; }
        return found;
      };
      REQUIRE(count("<" + name + ">") + count("<" + name + " ") == count("</" + name + ">"));
    }
  }
}

TEST_CASE("a page needs nothing else and says what is proved") {
  const std::string page = cli::page_of({cli::read_proof(proof, "p.json")}, {{"c.json", plain_cex()}});
  CHECK(page.find("<!DOCTYPE html>\n<html lang=\"en\">") == 0);
  CHECK_FALSE(has(page, "http"));
  CHECK_FALSE(has(page, "src="));
  CHECK_FALSE(has(page, "@import"));
  CHECK(has(page, "1 of 2 goals proved in 1.2 s, by z3 4.8.12"));
  CHECK(has(page, R"(<a href="#cex-1">invariant/page_map/ok.1/entry_maps_page</a>)"));
  CHECK(has(page, R"(<section class="cex" id="cex-1">)"));
  CHECK(has(page, "&lt;i&gt;"));
  CHECK(has(page, R"(data-moments="[&quot;nothing, ram&quot;,&quot;F1 rw&quot;,&quot;F1 rw&quot;]")"));
  CHECK(has(page, R"(<input type="range" id="cex-1-at" min="0" max="2" value="2")"));
}

TEST_CASE("a report is written to its file, or bad input is named") {
  const Folder folder;
  const std::string good = folder.write("p.json", proof);
  const std::string html = folder.path() + "/page.html";
  const Ran ran = run_tool({"report", good, "--html", html});
  CHECK(ran.status == 0);
  CHECK(ran.out == "1 proof and 0 counterexamples written to " + html + "\n");
  CHECK(std::filesystem::exists(html));
  const std::string bad = folder.write("bad.json", R"({"schema":"bulkhead-proof/1","verdict":"fine"})");
  CHECK(run_tool({"report", bad, "--html", html}).err ==
        "bulkhead: " + bad +
            ":1: column 40: \"verdict\" is \"fine\": expected one of proved, refuted, unknown, fault\n");
  CHECK(run_tool({"report", good}).status == 2);
  CHECK(run_tool({"report", good, "--html", folder.path() + "/none/page.html"}).status == 2);
  CHECK(run_tool({"report", good, "--cex", good, "--html", html}).status == 2);
}

}  // namespace
}  // namespace bulkhead::test
