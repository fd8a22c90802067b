#include "cli/equivalents.hpp"

#include <iterator>
#include <set>

#include "cli/embedded.hpp"
#include "model/input.hpp"
#include "model/json.hpp"
#include "refine/mutate.hpp"

namespace bulkhead::cli {
namespace {

/// A text with something in it.
std::string text_of(const json::Value& value) {
  if (value.string().empty()) { value.fail("empty; expected a text"); }
  return std::string(value.string());
}

}  // namespace

bool Equivalent::covers(const std::string& name) const { return refine::is_named(mutants, name); }

std::vector<Equivalent> read_equivalents(std::string_view text, const std::string& file) {
  json::Document document;
  const json::Value whole = document.parse(text, file, 1);
  whole.allow_only({"schema", "equivalent"});
  if (whole.at("schema").string() != "bulkhead-equivalent/1") {
    whole.at("schema").fail_expecting("\"bulkhead-equivalent/1\"");
  }
  std::vector<Equivalent> all;
  std::set<std::string> seen;
  for (const json::Value entry : whole.at("equivalent").elements()) {
    entry.allow_only({"mutants", "reason"});
    const std::string reason = text_of(entry.at("reason"));
    for (const json::Value mutants : entry.at("mutants").elements()) {
      all.push_back({text_of(mutants), reason});
      if (!seen.insert(all.back().mutants).second) { mutants.fail("stands on the list already; expected it once"); }
    }
  }
  return all;
}

std::vector<Equivalent> load_equivalents(const std::string& file) {
  constexpr std::string_view built_in = "corpus/mutants/equivalent.json";
  if (file.empty()) { return read_equivalents(embedded(built_in), std::string(built_in)); }
  const auto stream = open_file(file);
  const std::string text(std::istreambuf_iterator<char>(*stream), {});
  return read_equivalents(text, file);
}

}  // namespace bulkhead::cli
