#include "cli/cex_file.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "cli/cex_effect.hpp"
#include "cli/cex_state.hpp"
#include "cli/cex_value.hpp"
#include "cli/embedded.hpp"
#include "cli/source_name.hpp"
#include "model/input.hpp"

namespace bulkhead::cli {
namespace {

namespace fs = std::filesystem;
using refine::CallEnd;
using refine::CallMade;
using refine::Counterexample;
using refine::PathStep;
using refine::PointPart;
using refine::Window;

constexpr std::string_view schema = "bulkhead-cex/1";
/// `value` is any other value that a name of a query stands for.
constexpr std::array<std::string_view, 9> part_names = {"frame", "index",      "compartment", "page", "level",
                                                        "cpu",   "other_page", "vcpu",        "value"};

bool is_address(std::string_view part) { return part == "frame" || part == "page" || part == "other_page"; }

bool is_written_in_hexadecimal(Kind kind) { return kind == Kind::pa || kind == Kind::ipa || kind == Kind::bits; }

/// Words by the names of their parameters, so far as there are any.
template <size_t capacity>
Json words_as_json(const Parameters<capacity>& parameters, const std::vector<uint64_t>& words) {
  Json json = Json::object();
  for (size_t i = 0; i < std::min(parameters.size(), words.size()); ++i) {
    Json& place = json[std::string(parameters[i].name)];
    if (is_written_in_hexadecimal(parameters[i].kind)) {
      place = hex(words[i]);
    } else {
      place = words[i];
    }
  }
  return json;
}

template <size_t capacity>
std::vector<uint64_t> read_words(json::Value object, const Parameters<capacity>& parameters) {
  std::vector<uint64_t> words;
  std::vector<std::string_view> names;
  for (const Parameter& parameter : parameters) {
    names.push_back(parameter.name);
    words.push_back(object.at(parameter.name).number());
  }
  object.allow_only(names);
  return words;
}

Json end_as_json(Call call, const CallEnd& end) {
  Json json{{"status", name_of(end.status)}};
  if (!end.outputs.empty()) { json["out"] = words_as_json(row_of(call).outputs, end.outputs); }
  if (!end.why.empty()) { json["why"] = end.why; }
  return json;
}

CallEnd read_end(json::Value value, Call call) {
  value.allow_only({"status", "out", "why"});
  CallEnd end;
  end.status = read_name<Status>(value.at("status"), status_names);
  if (const auto out = value.find("out")) { end.outputs = read_words(*out, row_of(call).outputs); }
  if (const auto why = value.find("why")) { end.why = why->string(); }
  return end;
}

Json step_as_json(const PathStep& step) {
  const std::string file(source_name(step.file));
  Json json{{"file", file}, {"line", step.line}, {"taken", step.taken}};
  const std::string text = step.text.empty() ? std::string(embedded_line(file, step.line)) : step.text;
  if (!text.empty()) { json["text"] = text; }
  return json;
}

PathStep read_step(json::Value value) {
  constexpr uint64_t last_line = 0x7FFFFFFF;
  value.allow_only({"file", "line", "taken", "text"});
  PathStep step{std::string(value.at("file").string()), static_cast<int>(value.at("line").number(0, last_line)),
                value.at("taken").boolean()};
  if (const auto text = value.find("text")) { step.text = text->string(); }
  return step;
}

Json made_as_json(const CallMade& made) {
  Json json{{"name", name_of(made.call)},
            {"cpu", made.cpu},
            {"caller", made.caller},
            {"args", words_as_json(row_of(made.call).inputs, made.arguments)},
            {"engine", end_as_json(made.call, made.engine)},
            {"spec", end_as_json(made.call, made.spec)},
            {"path", Json::array()},
            {"effects", Json::array()}};
  for (const PathStep& step : made.path) { json["path"].push_back(step_as_json(step)); }
  for (const auto& effect : made.effects) { json["effects"].push_back(as_json(effect)); }
  return json;
}

CallMade read_made(json::Value value) {
  value.allow_only({"name", "cpu", "caller", "args", "engine", "spec", "path", "effects"});
  CallMade made;
  const auto call = call_named(value.at("name").string());
  if (!call) { value.at("name").fail_expecting("the name of a call, as `bulkhead spec` lists them"); }
  made.call = *call;
  made.cpu = value.at("cpu").number(0, low_mask(Cpu<Concrete>::width));
  made.caller = value.at("caller").number(0, low_mask(CompartmentId<Concrete>::width));
  made.arguments = read_words(value.at("args"), row_of(made.call).inputs);
  made.engine = read_end(value.at("engine"), made.call);
  made.spec = read_end(value.at("spec"), made.call);
  for (const json::Value step : value.at("path").elements()) { made.path.push_back(read_step(step)); }
  for (const json::Value effect : value.at("effects").elements()) { made.effects.push_back(read_effect(effect)); }
  return made;
}

Json point_as_json(const std::vector<PointPart>& point) {
  Json list = Json::array();
  for (const PointPart& part : point) {
    Json json{{"part", part.kind()}};
    if (part.kind() != part.name) { json["name"] = part.name.substr(part.kind().size() + 1); }
    if (is_address(part.kind())) {
      json["value"] = address(part.number);
    } else {
      json["value"] = part.number;
    }
    json["matters"] = part.matters;
    list.push_back(json);
  }
  return list;
}

PointPart read_part(json::Value value) {
  value.allow_only({"part", "name", "value", "matters"});
  const json::Value kind = value.at("part");
  if (std::find(part_names.begin(), part_names.end(), kind.string()) == part_names.end()) {
    kind.fail_expecting(fmt::format("one of {}", fmt::join(part_names, ", ")));
  }
  const json::Value number = value.at("value");
  const auto name = value.find("name");
  return {std::string(kind.string()) + (name ? " " + std::string(name->string()) : ""),
          is_address(kind.string()) ? read_page_number(number) : number.number(0, ~uint64_t{0}),
          value.at("matters").boolean()};
}

refine::BootTrace read_trace(json::Value value) {
  value.allow_only({"text", "why"});
  refine::BootTrace trace;
  if (const auto text = value.find("text")) { trace.text = text->string(); }
  if (const auto why = value.find("why")) { trace.why = why->string(); }
  return trace;
}

Json trace_as_json(const refine::BootTrace& trace) {
  Json json = Json::object();
  if (!trace.text.empty()) { json["text"] = trace.text; }
  if (!trace.why.empty()) { json["why"] = trace.why; }
  return json;
}

Json window_as_json(const Window& window) {
  return {{"first", window.first},
          {"last", window.last},
          {"cpu", window.cpu},
          {"vmid", window.vmid},
          {"page", address(window.page)},
          {"frame", address(window.frame)},
          {"as", Window::as_names.at(static_cast<size_t>(window.as))},
          {"was_allowed", window.was_allowed}};
}

Window read_window(json::Value value) {
  constexpr uint64_t most_effects = 0xFFFFFFFF;
  value.allow_only({"first", "last", "cpu", "vmid", "page", "frame", "as", "was_allowed"});
  Window window;
  window.first = value.at("first").number(0, most_effects);
  window.last = value.at("last").number(window.first, most_effects);
  window.cpu = value.at("cpu").number(0, low_mask(Cpu<Concrete>::width));
  window.vmid = value.at("vmid").number(0, low_mask(CompartmentId<Concrete>::width));
  window.page = read_page_number(value.at("page"));
  window.frame = read_page_number(value.at("frame"));
  window.as = read_name<Window::As>(value.at("as"), Window::as_names);
  window.was_allowed = value.at("was_allowed").boolean();
  return window;
}

Counterexample read_whole(json::Value value) {
  const json::Value name = value.at("schema");
  if (name.string() != schema) { name.fail_expecting(json::quoted(schema)); }
  value.allow_only({"schema", "goal", "says", "before", "call", "point", "after", "trace", "window"});
  Counterexample cex;
  cex.goal = value.at("goal").string();
  cex.says = value.at("says").string();
  cex.before = read_small_state(value.at("before"));
  if (const auto call = value.find("call")) { cex.made = read_made(*call); }
  for (const json::Value part : value.at("point").elements()) { cex.point.push_back(read_part(part)); }
  value.at("after").allow_only({"engine", "spec"});
  cex.after = read_small_state(value.at("after").at("engine"));
  cex.wanted = read_spec_places(value.at("after").at("spec"));
  if (const auto trace = value.find("trace")) { cex.trace = read_trace(*trace); }
  if (const auto window = value.find("window")) { cex.window = read_window(*window); }
  return cex;
}

/// The files that a path names: itself, or those of a folder.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code problem;
  std::vector<std::string> files;
  for (fs::directory_iterator entry(path, problem), end; !problem && entry != end; entry.increment(problem)) {
    if (entry->path().extension() == ".json") { files.push_back(entry->path().string()); }
  }
  if (problem) { throw Error({path}, "cannot be listed (" + problem.message() + "); expected a readable folder"); }
  if (files.empty()) { throw Error({path}, "no counterexample in it; expected files that end in .json"); }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::string cex_text(const Counterexample& cex) {
  Json json{{"schema", schema}, {"goal", cex.goal}, {"says", cex.says}, {"before", as_json(cex.before)}};
  if (cex.made) { json["call"] = made_as_json(*cex.made); }
  json["point"] = point_as_json(cex.point);
  json["after"] = {{"engine", as_json(cex.after)}, {"spec", as_json(cex.wanted)}};
  json["trace"] = trace_as_json(cex.trace);
  if (cex.window) { json["window"] = window_as_json(*cex.window); }
  return readable_text_of(json);
}

Counterexample read_cex(std::string_view text, const std::string& file) {
  json::Document document;
  return read_whole(document.parse(text, file, 1));
}

namespace {

std::string whole_text(const std::string& file) {
  const auto stream = open_file(file);
  return {std::istreambuf_iterator<char>(*stream), {}};
}

/// Whether it says of itself that it is something else, such as a proof.
bool is_another_document(const std::string& text) {
  try {
    json::Document document;
    const auto said = document.parse(text, "", 1).find("schema");
    return said && said->string() != schema;
  } catch (const Error&) {
    return false;  // to be told of by whoever reads it
  }
}

std::vector<StoredCex> load_folder(const std::string& folder) {
  std::vector<StoredCex> all;
  for (const std::string& file : files_of(folder)) {
    const std::string text = whole_text(file);
    if (!is_another_document(text)) { all.push_back({file, read_cex(text, file)}); }
  }
  if (all.empty()) { throw Error({folder}, "no counterexample in it; expected files of bulkhead-cex/1"); }
  return all;
}

}  // namespace

std::vector<StoredCex> load_cexes(const std::vector<std::string>& paths) {
  std::vector<StoredCex> all;
  std::error_code problem;
  for (const std::string& path : paths) {
    const auto some = fs::is_directory(path, problem)
                          ? load_folder(path)
                          : std::vector<StoredCex>{{path, read_cex(whole_text(path), path)}};
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::string cex_file_name(const std::string& goal) {
  std::string name = goal;
  std::replace(name.begin(), name.end(), '/', '_');
  return name + ".json";
}

}  // namespace bulkhead::cli
