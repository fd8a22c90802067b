#include "cli/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/counted.hpp"
#include "cli/drawing_html.hpp"
#include "cli/embedded.hpp"
#include "cli/html.hpp"

namespace bulkhead::cli {
namespace {

std::string seconds(double value) { return fmt::format("{:.2f}", value); }

std::string number_cell(const std::string& head, const std::string& text) {
  return element("td", text, fmt::format(R"(data-head="{}" class="number")", head));
}

std::string verdict_cell(const std::string& verdict) {
  return element("td", element("span", verdict, fmt::format(R"(class="verdict {}")", verdict)),
                 R"(data-head="verdict")");
}

std::string head(std::string_view text) { return element("th", text, R"(scope="col")"); }
std::string number_head(std::string_view text) { return element("th", text, R"(scope="col" class="number")"); }

/// A table with a caption, from the HTML of its column heads and of its rows.
std::string table(std::string_view caption, const std::string& heads, const std::string& rows) {
  return element("table", "\n" + element("caption", caption) + element("thead", element("tr", heads)) + "\n" +
                              element("tbody", "\n" + rows)) +
         "\n";
}

std::string by_call(const StoredProof& proof) {
  std::string rows;
  for (const StoredProof::Part& part : proof.parts) {
    rows += element("tr", element("th", html_text(part.subject), R"(scope="row")") + verdict_cell(part.verdict) +
                              number_cell("paths", counted(part.paths)) + number_cell("goals", counted(part.goals)) +
                              number_cell("seconds", seconds(part.seconds))) +
            "\n";
  }
  return table("By call",
               head("call") + head("verdict") + number_head("paths") + number_head("goals") + number_head("seconds"),
               rows);
}

struct TheoremSum {
  size_t goals = 0;
  size_t proved = 0;
  double seconds = 0;
};

std::string by_theorem(const StoredProof& proof) {
  std::map<std::string, TheoremSum> sums;
  for (const StoredGoal& goal : proof.goals) {
    TheoremSum& sum = sums[goal.theorem];
    ++sum.goals;
    sum.proved += goal.verdict == "proved" ? 1 : 0;
    sum.seconds += goal.seconds;
  }
  std::string rows;
  for (const auto& [theorem, sum] : sums) {
    rows +=
        element("tr", element("th", html_text(theorem), R"(scope="row")") + number_cell("goals", counted(sum.goals)) +
                          number_cell("proved", counted(sum.proved)) + number_cell("seconds", seconds(sum.seconds))) +
        "\n";
  }
  return table("By theorem", head("theorem") + number_head("goals") + number_head("proved") + number_head("seconds"),
               rows);
}

/// Where the drawing of a goal stands on the page.
using Anchors = std::map<std::string, std::string>;

std::string not_proved(const StoredProof& proof, const Anchors& anchors) {
  std::string rows;
  for (const StoredGoal& goal : proof.goals) {
    if (goal.verdict == "proved") { continue; }
    const auto anchor = anchors.find(goal.name);
    const std::string name = anchor == anchors.end()
                                 ? html_text(goal.name)
                                 : element("a", html_text(goal.name), fmt::format(R"(href="#{}")", anchor->second));
    rows += element("tr", element("th", name, R"(scope="row")") + verdict_cell(goal.verdict) +
                              element("td", html_text(goal.says), R"(data-head="says")")) +
            "\n";
  }
  return rows.empty() ? "" : table("Not proved", head("goal") + head("verdict") + head("says"), rows);
}

std::string proof_section(const StoredProof& proof, const Anchors& anchors) {
  const auto proved = std::count_if(proof.goals.begin(), proof.goals.end(),
                                    [](const StoredGoal& goal) { return goal.verdict == "proved"; });
  const std::string line =
      fmt::format(R"(<p><span class="verdict {}">{}</span> {} of {} proved in {:.1f} s, by {}</p>)", proof.verdict,
                  proof.verdict, counted(static_cast<size_t>(proved)), counted(proof.goals.size(), "goal"),
                  proof.seconds, html_text(proof.solver));
  return element("section", "\n" + element("h2", "Proof " + html_text(proof.path)) + "\n" + line + "\n" +
                                not_proved(proof, anchors) + by_call(proof) + by_theorem(proof)) +
         "\n";
}

Anchors anchors_of(const std::vector<StoredCex>& counterexamples) {
  Anchors anchors;
  for (size_t i = 0; i < counterexamples.size(); ++i) {
    anchors.emplace(counterexamples[i].counterexample.goal, fmt::format("cex-{}", i + 1));
  }
  return anchors;
}

std::string drawings(const std::vector<StoredCex>& counterexamples) {
  if (counterexamples.empty()) { return ""; }
  std::string html = element("h2", counted(counterexamples.size(), "counterexample")) + "\n";
  for (size_t i = 0; i < counterexamples.size(); ++i) {
    html += as_html(draw(counterexamples[i].counterexample), fmt::format("cex-{}", i + 1));
  }
  return html;
}

}  // namespace

std::string page_of(const std::vector<StoredProof>& proofs, const std::vector<StoredCex>& counterexamples) {
  const Anchors anchors = anchors_of(counterexamples);
  std::string body = element("h1", "Bulkhead: what is proved of the engine") + "\n";
  for (const StoredProof& proof : proofs) { body += proof_section(proof, anchors); }
  body += drawings(counterexamples);
  const std::string head =
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n" +
      element("title", "Bulkhead: proof") + "\n" +
      element("style", "\n" + std::string(embedded("cli/page/style.css"))) + "\n";
  return "<!DOCTYPE html>\n" +
         element("html",
                 "\n" + element("head", "\n" + head) + "\n" +
                     element("body", "\n" + element("main", "\n" + body) + "\n" +
                                         element("script", "\n" + std::string(embedded("cli/page/script.js"))) + "\n") +
                     "\n",
                 R"(lang="en")") +
         "\n";
}

}  // namespace bulkhead::cli
