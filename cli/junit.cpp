#include "cli/junit.hpp"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "cli/goals.hpp"
#include "cli/xml_text.hpp"

namespace bulkhead::cli {
namespace {

using pugi::xml_node;
using refine::Obligation;
using refine::Verdict;

void set(xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(as_xml_text(value).c_str());
}

struct Counts {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;
};

void set(xml_node node, const Counts& counts, double seconds) {
  set(node, "tests", std::to_string(counts.tests));
  set(node, "failures", std::to_string(counts.failures));
  set(node, "errors", std::to_string(counts.errors));
  set(node, "time", fmt::format("{:.3f}", seconds));
}

/// The name of the kind of child that a test case gets for a verdict, or nothing.
const char* child_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return nullptr;
    case Verdict::refuted:
      return "failure";
    case Verdict::unknown:
    case Verdict::fault:
      return "error";
  }
  return "error";
}

void add_problem(xml_node test, const char* kind, std::string_view type, const std::string& message,
                 const std::string& text) {
  xml_node child = test.append_child(kind);
  set(child, "type", std::string(type));
  set(child, "message", message);
  child.append_child(pugi::node_pcdata).set_value(as_xml_text(text).c_str());
}

void add_test(xml_node suite, const Obligation& goal) {
  xml_node test = suite.append_child("testcase");
  set(test, "classname", goal.theorem + "." + goal.call);
  set(test, "name", goal.path + "/" + goal.conjunct);
  set(test, "time", fmt::format("{:.3f}", goal.seconds));
  if (const char* kind = child_of(goal.verdict)) {
    const std::string text =
        fmt::format("{}: {}\n  says     {}\n{}", name_of(goal.verdict), goal.name(), goal.text, reason_of(goal));
    add_problem(test, kind, name_of(goal.verdict), goal.verdict == Verdict::refuted ? goal.text : goal.detail, text);
  }
}

Counts counts_of(const refine::ProofTotals& sum) {
  return {sum.obligations, sum.of(Verdict::refuted), sum.of(Verdict::unknown) + sum.of(Verdict::fault)};
}

void add_suite(xml_node suites, const refine::Part& part) {
  xml_node suite = suites.append_child("testsuite");
  set(suite, "name", part.subject);
  set(suite, counts_of(totals(part)), part.seconds);
  for (const Obligation& goal : part.obligations) { add_test(suite, goal); }
}

void add_gaps(xml_node suites, const std::vector<Gap>& gaps) {
  if (gaps.empty()) { return; }
  xml_node suite = suites.append_child("testsuite");
  set(suite, "name", "census");
  set(suite, {gaps.size(), 0, gaps.size()}, 0);
  for (const Gap& gap : gaps) {
    xml_node test = suite.append_child("testcase");
    set(test, "classname", "census." + gap.kind);
    set(test, "name", gap.name);
    set(test, "time", "0.000");
    add_problem(test, "error", gap.kind, gap.text, fmt::format("{}: {}\n  {}\n", gap.kind, gap.name, gap.text));
  }
}

}  // namespace

std::string as_junit(const ProofReport& report) {
  const std::vector<Gap> gaps = gaps_of(report);
  Counts all = counts_of(totals(report.proof));
  all.tests += gaps.size();
  all.errors += gaps.size();
  pugi::xml_document document;
  xml_node suites = document.append_child("testsuites");
  set(suites, "name", "bulkhead prove");
  set(suites, all, report.proof.seconds);
  for (const refine::Part& part : report.proof.parts) { add_suite(suites, part); }
  add_gaps(suites, gaps);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace bulkhead::cli
