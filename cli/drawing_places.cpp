#include "cli/drawing_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/cex_value.hpp"
#include "cli/descriptor_words.hpp"
#include "hw/descriptor.hpp"
#include "hw/registers.hpp"
#include "refine/engine_records.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;
using refine::CompartmentView;
using refine::ConcreteEngine;
using refine::FrameView;
using refine::SmallState;
using refine::Translation;
using refine::VcpuView;

/// The value at a key of what the spec says, in words; nothing if it says nothing.
template <class Map, class Words>
std::optional<std::string> wanted(const Map& map, const typename Map::key_type& key, const Words& words) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional<std::string>(words(found->second));
}

std::string compartment_words(const CompartmentView& view, const DrawingNames& names) {
  if (view.state == CompartmentState::free) { return "free"; }
  return fmt::format("{}, root {}, {} vCPU{}", name_of(view.state), names.frame(view.root), view.vcpus,
                     view.vcpus == 1 ? "" : "s");
}

std::string vcpu_words(const VcpuView& view, const DrawingNames& names) {
  if (view.state == VcpuState::none) { return "none"; }
  return fmt::format("{}, context in {}", name_of(view.state), names.frame(view.frame));
}

std::string frame_words(const FrameView& view, const DrawingNames& names) {
  std::string text(name_of(view.state));
  if (view.owner != 0) { text += " of " + names.compartment(view.owner); }
  if (view.shared_with != 0) { text += ", shared with " + names.compartment(view.shared_with); }
  return text;
}

std::string translation_words(const std::optional<Translation>& found, const DrawingNames& names) {
  if (!found) { return "nothing"; }
  return fmt::format("{} {}", names.frame(found->frame), access_words(found->readable, found->writable, found->device));
}

FrameState state_of(const ConcreteEngine& engine, uint64_t frame) {
  return enumerator(engine.frames.state.get(Frame<C>(frame)));
}

/// The value of the call's input of that name.
std::optional<uint64_t> input(const Subject& s, std::string_view name) {
  if (!s.cex.made) { return std::nullopt; }
  const auto& inputs = row_of(s.cex.made->call).inputs;
  for (size_t i = 0; i < std::min(inputs.size(), s.cex.made->arguments.size()); ++i) {
    if (inputs[i].name == name) { return s.cex.made->arguments[i]; }
  }
  return std::nullopt;
}

PlacesOfSection compartments_of(const Subject& s) {
  PlacesOfSection section{"compartments", "Compartments", "", {}};
  for (const uint64_t id : s.names.compartments()) {
    const auto words = [&s](const CompartmentView& view) { return compartment_words(view, s.names); };
    section.places.push_back(
        {.name = s.names.compartment_in_full(id),
         .read = [=](const ConcreteEngine& e) { return words(refine::view_compartment(e, CompartmentId<C>(id))); },
         .spec = wanted(s.cex.wanted.compartments, id, words),
         .is_related = s.names_compartment(id),
         .is_here = s.part("compartment") == id && !s.part("page"),
         .is_memory = false});
  }
  return section;
}

PlacesOfSection vcpus_of(const Subject& s) {
  PlacesOfSection section{"vcpus", "vCPUs", "", {}};
  for (const auto& [at, record] : s.cex.after.vcpus) {
    const auto words = [&s](const VcpuView& view) { return vcpu_words(view, s.names); };
    section.places.push_back({.name = fmt::format("vCPU {} of {}", at.second, s.names.compartment(at.first)),
                              .read =
                                  [=, at = at](const ConcreteEngine& e) {
                                    return words(
                                        refine::view_vcpu(e, CompartmentId<C>(at.first), VcpuIndex<C>(at.second)));
                                  },
                              .spec = wanted(s.cex.wanted.vcpus, at, words),
                              .is_related = s.names_compartment(at.first) && input(s, "index") == at.second,
                              .is_here = s.part("compartment") == at.first && s.part("vcpu") == at.second,
                              .is_memory = false});
  }
  return section;
}

PlacesOfSection frames_of(const Subject& s) {
  PlacesOfSection section{"frames", "Frames", "", {}};
  for (const uint64_t frame : s.names.frames()) {
    const auto words = [&s](const FrameView& view) { return frame_words(view, s.names); };
    section.places.push_back(
        {.name = s.names.frame_in_full(frame),
         .read = [=](const ConcreteEngine& e) { return words(refine::view_frame(e, Frame<C>(frame))); },
         .spec = wanted(s.cex.wanted.frames, frame, words),
         .is_related = s.names_frame(frame),
         .is_here = s.part("frame") == frame && !s.part("index"),
         .is_memory = false});
  }
  return section;
}

/// Whether the record of a table names an entry that does not lead to it.
bool misses_parent(const ConcreteEngine& engine, uint64_t frame) {
  if (state_of(engine, frame) != FrameState::table) { return false; }
  const Frame<C> f(frame);
  const auto entry =
      engine.hardware.memory().load(engine.frames.parent_table.get(f), engine.frames.parent_index.get(f));
  return !hw::is_valid<C>(entry) || raw(hw::output_frame<C>(entry)) != frame;
}

/// Whether the record of a mapped frame names a page at which something else is found.
bool misses_page(const ConcreteEngine& engine, uint64_t frame) {
  if (!refine::record_in(engine, Frame<C>(frame)).is_mapped()) { return false; }
  const auto found = refine::view_translation(engine, engine.frames.owner.get(Frame<C>(frame)),
                                              engine.frames.base.get(Frame<C>(frame)));
  return !found || found->frame != frame;
}

std::string record_words(const ConcreteEngine& engine, uint64_t frame, const DrawingNames& names) {
  const Frame<C> f(frame);
  const auto& table = engine.frames;
  const FrameState state = state_of(engine, frame);
  std::string text;
  if (is_table(state)) {
    text = fmt::format("level {} from IPA {}", raw(table.level.get(f)), address(raw(table.base.get(f))));
  }
  if (state == FrameState::table) {
    text += fmt::format(", entered at {}{}", names.word(raw(table.parent_table.get(f)), raw(table.parent_index.get(f))),
                        misses_parent(engine, frame) ? ", which does not lead here" : "");
  }
  if (refine::record_in(engine, f).is_mapped()) {
    text = fmt::format("mapped at IPA {} of {}{}", address(raw(table.base.get(f))),
                       names.compartment(raw(table.owner.get(f))),
                       misses_page(engine, frame) ? ", where it is not found" : "");
  }
  if (state == FrameState::vcpu) {
    text = fmt::format("context of vCPU {} of {}", raw(table.parent_index.get(f)),
                       names.compartment(raw(table.owner.get(f))));
  }
  return text.empty() ? "nothing" : text;
}

PlacesOfSection records_of(const Subject& s) {
  PlacesOfSection section{"records", "What the engine records of tables and mapped frames", "", {}};
  for (const uint64_t frame : s.names.frames()) {
    section.places.push_back(
        {.name = s.names.frame(frame),
         .read = [=, &s](const ConcreteEngine& e) { return record_words(e, frame, s.names); },
         .is_here = s.part("frame") == frame && !s.part("index"),
         .is_memory = false,
         .contradicts = [=](const ConcreteEngine& e) { return misses_parent(e, frame) || misses_page(e, frame); }});
  }
  return section;
}

PlacesOfSection mappings_of(const Subject& s, uint64_t id) {
  const std::string name = s.names.compartment(id);
  PlacesOfSection section{
      "maps-" + std::to_string(id), "What " + name + " finds, as hardware walks its tables", name, {}};
  for (const uint64_t page : s.pages(id)) {
    const auto words = [&s](const refine::PageView& view) { return page_words(view, s.names); };
    section.places.push_back(
        {.name = "IPA " + address(page),
         .read =
             [=](const ConcreteEngine& e) { return words(refine::view_page(e, CompartmentId<C>(id), Page<C>(page))); },
         .spec = wanted(s.cex.wanted.pages, {id, page}, words),
         .is_related = s.names_page(id, page),
         .is_here = s.part("compartment") == id && s.part("page") == page});
  }
  return section;
}

PlacesOfSection tables_of(const Subject& s, uint64_t id) {
  const std::string name = s.names.compartment(id);
  return {"tables-" + std::to_string(id), "Tables of " + name + ", level by level", name, entries_of(s, id)};
}

PlacesOfSection host_map_of(const Subject& s) {
  PlacesOfSection section{"host", "What the host finds there, as hardware walks its tables", "", {}};
  for (const uint64_t frame : s.names.frames()) {
    const auto words = [&s](const std::optional<Translation>& found) { return translation_words(found, s.names); };
    const auto by_state = [&](const FrameView& view) {
      const bool is_device = view.state == FrameState::device;
      const bool is_seen = is_device || view.state == FrameState::host || view.state == FrameState::shared_data;
      return words(is_seen ? std::optional(Translation{frame, true, true, is_device}) : std::nullopt);
    };
    section.places.push_back(
        {.name = s.names.frame(frame),
         .read = [=](const ConcreteEngine& e) { return words(refine::view_translation(e, {}, Page<C>(frame))); },
         .spec = wanted(s.cex.wanted.frames, frame, by_state)});
  }
  return section;
}

std::string stage2_words(const ConcreteEngine& engine, uint64_t cpu, const DrawingNames& names) {
  const auto vttbr = raw(engine.hardware.vttbr(Cpu<C>(cpu)));
  const uint64_t vmid = vttbr >> 48U;
  const uint64_t root = (vttbr & hw::vttbr_el2::BADDR::mask) >> page_shift;
  if (vmid == 0 && root == raw(engine.host_root)) { return "that of the host"; }
  return fmt::format("VMID {} ({}), tables at {}", vmid, names.compartment(vmid), names.frame(root));
}

PlacesOfSection cpus_of(const Subject& s) {
  PlacesOfSection section{"cpus", "Stage 2 of the CPUs (VTTBR_EL2)", "", {}};
  std::set<uint64_t> cpus;
  if (s.cex.made) { cpus.insert(s.cex.made->cpu); }
  for (const SmallState* state : {&s.cex.before, &s.cex.after}) {
    for (const auto& [cpu, value] : state->vttbr) { cpus.insert(cpu); }
  }
  for (const uint64_t cpu : cpus) {
    const bool is_callers = s.cex.made && s.cex.made->cpu == cpu;
    section.places.push_back({.name = fmt::format("CPU {}", cpu),
                              .read = [=, &s](const ConcreteEngine& e) { return stage2_words(e, cpu, s.names); },
                              .spec = is_callers ? std::optional<std::string>("that of the host") : std::nullopt,
                              .is_here = s.part("cpu") == cpu});
  }
  return section;
}

DrawnPlace word_place(const Subject& s, const SmallState::Key& at, std::string name) {
  return {.name = std::move(name),
          .read =
              [=](const ConcreteEngine& e) {
                return hex(raw(e.hardware.memory().load(Frame<C>(at.first), Index<C>(at.second))));
              },
          .spec = wanted(s.cex.wanted.contents, at, hex),
          .is_here = s.part("frame") == at.first && s.part("index") == at.second};
}

/// An index of a frame that neither state lists.
std::optional<uint64_t> unlisted_index(const Subject& s, uint64_t frame) {
  for (uint64_t index = 0; index < entries_per_table; ++index) {
    const SmallState::Key at{frame, index};
    if (s.cex.before.words.count(at) + s.cex.after.words.count(at) + s.cex.wanted.contents.count(at) == 0) {
      return index;
    }
  }
  return std::nullopt;
}

PlacesOfSection contents_of(const Subject& s) {
  PlacesOfSection section{"contents", "Words in frames that are no tables", "", {}};
  std::set<SmallState::Key> words;
  for (const SmallState* state : {&s.cex.before, &s.cex.after}) {
    for (const auto& [at, word] : state->words) {
      const bool is_entry =
          s.cex.before.listed_table(at.first) != nullptr && s.cex.after.listed_table(at.first) != nullptr;
      if (!is_entry) { words.insert(at); }
    }
  }
  for (const auto& [at, word] : s.cex.wanted.contents) { words.insert(at); }
  for (const auto& at : words) { section.places.push_back(word_place(s, at, s.names.word(at.first, at.second))); }
  for (const uint64_t frame : s.names.frames()) {
    if (s.cex.before.frame(frame).rest == s.cex.after.frame(frame).rest) { continue; }
    if (const auto index = unlisted_index(s, frame)) {
      section.places.push_back(word_place(s, {frame, *index}, s.names.frame(frame) + ", every other word"));
    }
  }
  return section;
}

}  // namespace

std::string page_words(const refine::PageView& view, const DrawingNames& names) {
  if (view.found) { return translation_words(view.found, names); }
  return fmt::format("nothing, {}", ipa_state_names.at(std::min<size_t>(static_cast<size_t>(view.state), 2)));
}

std::optional<uint64_t> Subject::part(const std::string& name) const {
  for (const refine::PointPart& part : cex.point) {
    if (part.matters && part.kind() == name) { return part.number; }
  }
  return std::nullopt;
}

bool Subject::names_frame(uint64_t frame) const {
  if (!cex.made) { return false; }
  const auto& inputs = row_of(cex.made->call).inputs;
  for (size_t i = 0; i < std::min(inputs.size(), cex.made->arguments.size()); ++i) {
    if (inputs[i].kind == Kind::pa && cex.made->arguments[i] >> page_shift == frame) { return true; }
  }
  return false;
}

bool Subject::names_compartment(uint64_t id) const {
  const bool is_caller = cex.made && is_about_caller(cex.made->call) && cex.made->caller == id;
  return is_caller || input(*this, "cid") == id;
}

bool Subject::names_page(uint64_t id, uint64_t page) const {
  const auto ipa = input(*this, "ipa");
  return names_compartment(id) && ipa && *ipa >> page_shift == page;
}

std::vector<uint64_t> Subject::pages(uint64_t id) const {
  std::set<uint64_t> all;
  for (const auto& [at, view] : cex.wanted.pages) {
    if (at.first == id) { all.insert(at.second); }
  }
  for (const SmallState* state : {&cex.before, &cex.after}) {
    for (const auto& [at, word] : state->words) {
      const refine::FrameRecord* table = state->listed_table(at.first);
      if (table == nullptr || table->owner != id || table->level != leaf_level) { continue; }
      all.insert((table->base | at.second) & low_mask(36));
    }
  }
  return {all.begin(), all.end()};
}

std::vector<PlacesOfSection> places_of(const Subject& s) {
  std::vector<PlacesOfSection> sections{compartments_of(s), vcpus_of(s), frames_of(s)};
  for (const uint64_t id : s.names.compartments()) {
    sections.push_back(mappings_of(s, id));
    sections.push_back(tables_of(s, id));
  }
  sections.push_back(records_of(s));
  sections.push_back(contents_of(s));
  sections.push_back(host_map_of(s));
  sections.push_back(cpus_of(s));
  return sections;
}

}  // namespace bulkhead::cli
