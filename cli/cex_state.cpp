#include "cli/cex_state.hpp"

#include "cli/cex_value.hpp"
#include "cli/descriptor_words.hpp"

namespace bulkhead::cli {
namespace {

using refine::CompartmentView;
using refine::FrameView;
using refine::PageView;
using refine::SmallState;
using refine::SpecPlaces;
using refine::Translation;

constexpr uint64_t last_compartment = low_mask(CompartmentId<Concrete>::width);
constexpr uint64_t last_cpu = low_mask(Cpu<Concrete>::width);
constexpr uint64_t last_vcpu_count = low_mask(VcpuCount<Concrete>::width);
constexpr uint64_t last_index = entries_per_table - 1;
constexpr uint64_t most_in_run = uint64_t{1} << span_shift(1);
constexpr unsigned gib_bits = 18;     ///< of the number of a GiB
constexpr unsigned region_bits = 27;  ///< of the number of a region of 2 MiB

/// Puts a place into a map; a place that is there already is bad input.
template <class K, class V>
void put(json::Value at, std::map<K, V>& map, const K& key, const V& value) {
  if (!map.emplace(key, value).second) { at.fail("this place stands here twice; expected it once"); }
}

Json as_json(uint64_t frame, const refine::FrameRecord& r) {
  Json json{{"pa", address(frame)},
            {"state", name_of(r.state)},
            {"owner", r.owner},
            {"parent", {{"table", address(r.parent_table)}, {"index", r.parent_index}}},
            {"level", r.level},
            {"base", address(r.base)},
            {"ram", r.ram},
            {"reserved", r.reserved},
            {"engine_device", r.engine_device},
            {"rest", hex(r.rest)}};
  if (r.step != 0) { json["step"] = hex(r.step); }
  return json;
}

refine::FrameRecord read_frame(json::Value v) {
  v.allow_only({"pa", "state", "owner", "parent", "level", "base", "ram", "reserved", "engine_device", "rest", "step"});
  const json::Value parent = v.at("parent");
  parent.allow_only({"table", "index"});
  return {.state = read_name<FrameState>(v.at("state"), frame_state_names),
          .owner = v.at("owner").number(0, last_compartment),
          .parent_table = read_page_number(parent.at("table")),
          .parent_index = parent.at("index").number(0, last_index),
          .level = v.at("level").number(0, leaf_level),
          .base = read_page_number(v.at("base")),
          .ram = v.at("ram").boolean(),
          .reserved = v.at("reserved").boolean(),
          .engine_device = v.at("engine_device").boolean(),
          .rest = v.at("rest").number(),
          .step = v.find("step") ? read_step(v.at("step")) : 0};
}

Json as_json(uint64_t first, const refine::FrameRun& run) {
  return {{"pa", address(first)},
          {"frames", run.frames},
          {"state", name_of(run.state)},
          {"owner", run.owner},
          {"base", address(run.base)}};
}

refine::FrameRun read_run(json::Value v) {
  v.allow_only({"pa", "frames", "state", "owner", "base"});
  return {.frames = v.at("frames").number(1, most_in_run),
          .state = read_name<FrameState>(v.at("state"), frame_state_names),
          .owner = v.at("owner").number(0, last_compartment),
          .base = read_page_number(v.at("base"))};
}

/// A word with what it means as an entry of its table, for who reads the file.
Json word_as_json(const SmallState& state, const SmallState::Key& at, uint64_t word) {
  Json json{{"pa", address(at.first)}, {"index", at.second}, {"value", hex(word)}};
  if (const refine::FrameRecord* table = state.listed_table(at.first)) {
    json["means"] = descriptor_words(word, static_cast<unsigned>(table->level), address);
  }
  return json;
}

Json host_as_json(const refine::HostTablePlan& plan) {
  Json json = Json::object();
  if (plan.root) { json["root"] = address(*plan.root); }
  const auto tables = [](const char* key, const std::map<uint64_t, uint64_t>& map) {
    Json list = Json::array();
    for (const auto& [number, frame] : map) { list.push_back({{key, number}, {"pa", address(frame)}}); }
    return list;
  };
  json["level1"] = tables("index", plan.level1);
  json["level2"] = tables("gib", plan.level2);
  json["level3"] = tables("region", plan.level3);
  json["fine"] = Json::array();
  for (const auto& [gib, fine] : plan.fine) { json["fine"].push_back({{"gib", gib}, {"fine", fine}}); }
  return json;
}

std::map<uint64_t, uint64_t> read_host_tables(json::Value list, std::string_view key, uint64_t last) {
  std::map<uint64_t, uint64_t> tables;
  for (const json::Value v : list.elements()) {
    v.allow_only({key, "pa"});
    put(v, tables, v.at(key).number(0, last), read_page_number(v.at("pa")));
  }
  return tables;
}

refine::HostTablePlan read_host(json::Value value) {
  value.allow_only({"root", "level1", "level2", "level3", "fine"});
  refine::HostTablePlan plan;
  if (const auto root = value.find("root")) { plan.root = read_page_number(*root); }
  plan.level1 = read_host_tables(value.at("level1"), "index", last_index);
  plan.level2 = read_host_tables(value.at("level2"), "gib", low_mask(gib_bits));
  plan.level3 = read_host_tables(value.at("level3"), "region", low_mask(region_bits));
  for (const json::Value v : value.at("fine").elements()) {
    v.allow_only({"gib", "fine"});
    put(v, plan.fine, v.at("gib").number(0, low_mask(gib_bits)), v.at("fine").boolean());
  }
  return plan;
}

/// What a compartment is, to the engine and to the spec alike.
template <class Compartment>
Json compartment_as_json(uint64_t id, const Compartment& c) {
  return {{"id", id}, {"state", name_of(c.state)}, {"root", address(c.root)}, {"vcpus", c.vcpus}};
}

template <class Compartment>
void read_compartments(json::Value list, std::map<uint64_t, Compartment>& all) {
  for (const json::Value v : list.elements()) {
    v.allow_only({"id", "state", "root", "vcpus"});
    const Compartment read{read_name<CompartmentState>(v.at("state"), compartment_state_names),
                           read_page_number(v.at("root")), v.at("vcpus").number(0, last_vcpu_count)};
    put(v, all, v.at("id").number(0, last_compartment), read);
  }
}

/// What a vCPU is, to the engine and to the spec alike.
template <class Vcpu>
Json vcpu_as_json(const SmallState::Key& at, const Vcpu& v) {
  return {{"compartment", at.first}, {"index", at.second}, {"state", name_of(v.state)}, {"frame", address(v.frame)}};
}

/// They are left out where there are none.
template <class Vcpu>
void read_vcpus(json::Value value, std::map<SmallState::Key, Vcpu>& all) {
  const auto list = value.find("vcpus");
  if (!list) { return; }
  for (const json::Value v : list->elements()) {
    v.allow_only({"compartment", "index", "state", "frame"});
    const SmallState::Key at{v.at("compartment").number(0, last_compartment), v.at("index").number(0, last_index)};
    put(v, all, at, Vcpu{read_name<VcpuState>(v.at("state"), vcpu_state_names), read_page_number(v.at("frame"))});
  }
}

Json page_as_json(const SmallState::Key& at, const PageView& view) {
  Json json{{"compartment", at.first}, {"ipa", address(at.second)}, {"state", name_of(view.state)}};
  if (view.found) {
    json["maps"] = {{"pa", address(view.found->frame)},
                    {"readable", view.found->readable},
                    {"writable", view.found->writable},
                    {"device", view.found->device}};
  }
  json["tables"] = Json::array();
  for (size_t i = 0; i < view.tables.size(); ++i) {
    if (view.tables.at(i)) { json["tables"].push_back({{"level", i + 1}, {"pa", address(*view.tables.at(i))}}); }
  }
  return json;
}

Translation read_translation(json::Value v) {
  v.allow_only({"pa", "readable", "writable", "device"});
  return {read_page_number(v.at("pa")), v.at("readable").boolean(), v.at("writable").boolean(),
          v.at("device").boolean()};
}

PageView read_page(json::Value v) {
  v.allow_only({"compartment", "ipa", "state", "maps", "tables"});
  PageView view;
  view.state = read_name<IpaState>(v.at("state"), ipa_state_names);
  if (const auto maps = v.find("maps")) { view.found = read_translation(*maps); }
  for (const json::Value table : v.at("tables").elements()) {
    table.allow_only({"level", "pa"});
    auto& place = view.tables.at(table.at("level").number(1, leaf_level) - 1);
    if (place) { table.fail("this level stands here twice; expected it once"); }
    place = read_page_number(table.at("pa"));
  }
  return view;
}

SmallState::Key read_word_place(json::Value v) {
  return {read_page_number(v.at("pa")), v.at("index").number(0, last_index)};
}

}  // namespace

Json as_json(const SmallState& state) {
  Json json{{"frames", Json::array()},
            {"words", Json::array()},
            {"compartments", Json::array()},
            {"vttbr", Json::array()},
            {"host", host_as_json(state.host)}};
  for (const auto& [frame, record] : state.frames) { json["frames"].push_back(as_json(frame, record)); }
  for (const auto& [first, run] : state.runs) { json["runs"].push_back(as_json(first, run)); }
  for (const auto& [at, word] : state.words) { json["words"].push_back(word_as_json(state, at, word)); }
  for (const auto& [id, c] : state.compartments) { json["compartments"].push_back(compartment_as_json(id, c)); }
  for (const auto& [at, v] : state.vcpus) { json["vcpus"].push_back(vcpu_as_json(at, v)); }
  for (const auto& [cpu, value] : state.vttbr) { json["vttbr"].push_back({{"cpu", cpu}, {"value", hex(value)}}); }
  return json;
}

SmallState read_small_state(json::Value value) {
  value.allow_only({"frames", "runs", "words", "compartments", "vcpus", "vttbr", "host"});
  SmallState state;
  for (const json::Value v : value.at("frames").elements()) {
    put(v, state.frames, read_page_number(v.at("pa")), read_frame(v));
  }
  if (const auto runs = value.find("runs")) {
    for (const json::Value v : runs->elements()) { put(v, state.runs, read_page_number(v.at("pa")), read_run(v)); }
  }
  for (const json::Value v : value.at("words").elements()) {
    v.allow_only({"pa", "index", "value", "means"});
    put(v, state.words, read_word_place(v), v.at("value").number());
  }
  read_compartments(value.at("compartments"), state.compartments);
  read_vcpus(value, state.vcpus);
  for (const json::Value v : value.at("vttbr").elements()) {
    v.allow_only({"cpu", "value"});
    put(v, state.vttbr, v.at("cpu").number(0, last_cpu), v.at("value").number());
  }
  state.host = read_host(value.at("host"));
  return state;
}

Json as_json(const SpecPlaces& places) {
  Json json{{"frames", Json::array()},
            {"compartments", Json::array()},
            {"pages", Json::array()},
            {"contents", Json::array()}};
  for (const auto& [frame, view] : places.frames) {
    json["frames"].push_back({{"pa", address(frame)},
                              {"state", name_of(view.state)},
                              {"owner", view.owner},
                              {"shared_with", view.shared_with}});
  }
  for (const auto& [id, c] : places.compartments) { json["compartments"].push_back(compartment_as_json(id, c)); }
  for (const auto& [at, v] : places.vcpus) { json["vcpus"].push_back(vcpu_as_json(at, v)); }
  for (const auto& [at, view] : places.pages) { json["pages"].push_back(page_as_json(at, view)); }
  for (const auto& [at, word] : places.contents) {
    json["contents"].push_back({{"pa", address(at.first)}, {"index", at.second}, {"value", hex(word)}});
  }
  return json;
}

SpecPlaces read_spec_places(json::Value value) {
  value.allow_only({"frames", "compartments", "vcpus", "pages", "contents"});
  SpecPlaces places;
  for (const json::Value v : value.at("frames").elements()) {
    v.allow_only({"pa", "state", "owner", "shared_with"});
    const FrameView view{read_name<FrameState>(v.at("state"), frame_state_names),
                         v.at("owner").number(0, last_compartment), v.at("shared_with").number(0, last_compartment)};
    put(v, places.frames, read_page_number(v.at("pa")), view);
  }
  read_compartments(value.at("compartments"), places.compartments);
  read_vcpus(value, places.vcpus);
  for (const json::Value v : value.at("pages").elements()) {
    const SmallState::Key at{v.at("compartment").number(0, last_compartment), read_page_number(v.at("ipa"))};
    put(v, places.pages, at, read_page(v));
  }
  for (const json::Value v : value.at("contents").elements()) {
    v.allow_only({"pa", "index", "value"});
    put(v, places.contents, read_word_place(v), v.at("value").number());
  }
  return places;
}

}  // namespace bulkhead::cli
