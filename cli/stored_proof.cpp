#include "cli/stored_proof.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "model/input.hpp"
#include "model/json.hpp"

namespace bulkhead::cli {
namespace {

constexpr std::string_view schema = "bulkhead-proof/1";
constexpr std::array<std::string_view, 4> verdicts = {"proved", "refuted", "unknown", "fault"};

std::string read_verdict(json::Value value) {
  const std::string_view name = value.string();
  if (std::find(verdicts.begin(), verdicts.end(), name) == verdicts.end()) {
    value.fail_expecting(fmt::format("one of {}", fmt::join(verdicts, ", ")));
  }
  return std::string(name);
}

StoredProof::Part read_part(json::Value value) {
  return {std::string(value.at("subject").string()), read_verdict(value.at("verdict")),
          value.at("obligations").number(), value.at("paths").number(), value.at("seconds").real()};
}

StoredGoal read_goal(json::Value value) {
  return {std::string(value.at("name").string()), std::string(value.at("theorem").string()),
          std::string(value.at("call").string()), std::string(value.at("says").string()),
          read_verdict(value.at("verdict")),      value.at("seconds").real()};
}

}  // namespace

StoredProof read_proof(std::string_view text, const std::string& file) {
  json::Document document;
  const json::Value whole = document.parse(text, file, 1);
  if (whole.at("schema").string() != schema) { whole.at("schema").fail_expecting(json::quoted(schema)); }
  StoredProof proof;
  proof.path = file;
  proof.verdict = read_verdict(whole.at("verdict"));
  proof.solver = fmt::format("{} {}", whole.at("solver").string(), whole.at("version").string());
  proof.seconds = whole.at("totals").at("seconds").real();
  for (const json::Value part : whole.at("parts").elements()) { proof.parts.push_back(read_part(part)); }
  for (const json::Value goal : whole.at("obligations").elements()) { proof.goals.push_back(read_goal(goal)); }
  return proof;
}

StoredProof load_proof(const std::string& path) {
  const auto stream = open_file(path);
  const std::string text(std::istreambuf_iterator<char>(*stream), {});
  return read_proof(text, path);
}

}  // namespace bulkhead::cli
