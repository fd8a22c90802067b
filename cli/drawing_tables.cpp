#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "cli/cex_value.hpp"
#include "cli/descriptor_words.hpp"
#include "cli/drawing_places.hpp"
#include "hw/descriptor.hpp"

namespace bulkhead::cli {
namespace {

using C = Concrete;
using refine::ConcreteEngine;
using refine::PageView;
using refine::SmallState;

/// An entry of a table: of which level, the first page that it translates, and where it lies.
struct Entry {
  unsigned level = 0;
  uint64_t page = 0;
  uint64_t frame = 0;
  uint64_t index = 0;
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

uint64_t first_page(uint64_t page, unsigned level) { return page & ~span_mask(level) & low_mask(36); }

/// The entries that a walk to the page reads.
void add_walk(const ConcreteEngine& engine, uint64_t id, uint64_t page, std::set<Entry>& entries) {
  const CompartmentId<C> compartment(id);
  if (engine.compartments.state.get(compartment) == CompartmentState::free) { return; }
  Frame<C> table = engine.compartments.root.get(compartment);
  for (unsigned level = 0; level <= leaf_level; ++level) {
    const Index<C> index = hw::index_at<C>(Page<C>(page), level);
    entries.insert({level, first_page(page, level), raw(table), raw(index)});
    const Word<C> word = engine.hardware.memory().load(table, index);
    if (!hw::is_table<C>(word, level)) { return; }
    table = hw::output_frame<C>(word);
  }
}

/// The words that a state lists in the compartment's tables.
void add_listed(const SmallState& state, uint64_t id, std::set<Entry>& entries) {
  for (const auto& [at, word] : state.words) {
    const refine::FrameRecord* table = state.listed_table(at.first);
    if (table == nullptr || table->owner != id) { continue; }
    const auto level = static_cast<unsigned>(table->level);
    const uint64_t page = (table->base | at.second << span_shift(level)) & low_mask(36);
    entries.insert({level, page, at.first, at.second});
  }
}

std::string entry_words(const ConcreteEngine& engine, const Entry& at, const DrawingNames& names) {
  const uint64_t word = raw(engine.hardware.memory().load(Frame<C>(at.frame), Index<C>(at.index)));
  const auto state = enumerator(engine.frames.state.get(Frame<C>(at.frame)));
  if (is_table(state)) {
    return descriptor_words(word, at.level, [&](uint64_t frame) { return names.frame(frame); });
  }
  return fmt::format("{} in a {} frame", hex(word), name_of(state));
}

/// What the spec has there: it says so of a page whose walk comes through the entry.
std::string wanted_words(const PageView& view, unsigned level, const DrawingNames& names) {
  if (level < leaf_level && view.tables.at(level)) { return "table " + names.frame(*view.tables.at(level)); }
  if (view.found) {
    return fmt::format("{} {} {}", level < leaf_level ? "block" : "page",
                       names.frame(view.found->frame & ~span_mask(level)),
                       access_words(view.found->readable, view.found->writable, view.found->device));
  }
  return fmt::format("invalid, {}", name_of(view.state));
}

std::optional<std::string> wanted_at(const Subject& s, uint64_t id, const Entry& at) {
  const auto compartment = s.cex.wanted.compartments.find(id);
  if (compartment == s.cex.wanted.compartments.end()) { return std::nullopt; }
  if (compartment->second.state == CompartmentState::free) { return std::nullopt; }
  for (const auto& [place, view] : s.cex.wanted.pages) {
    if (place.first != id || first_page(place.second, at.level) != at.page) { continue; }
    const bool leads_here =
        at.level == 0 ? compartment->second.root == at.frame : view.tables.at(at.level - 1) == at.frame;
    if (leads_here) { return wanted_words(view, at.level, s.names); }
  }
  return std::nullopt;
}

/// Whether the call's own walk, or that to the point, comes through the entry.
bool is_on_the_way(const Subject& s, uint64_t id, const Entry& at) {
  for (const uint64_t page : s.pages(id)) {
    const bool is_asked = s.names_page(id, page) || (s.part("compartment") == id && s.part("page") == page);
    if (is_asked && first_page(page, at.level) == at.page) { return true; }
  }
  return false;
}

DrawnPlace place_of(const Subject& s, uint64_t id, const Entry& at, size_t width) {
  return {.name = fmt::format("level {}  {:<{}}  IPA {}", at.level, s.names.word(at.frame, at.index), width,
                              address(at.page)),
          .read = [=, &s](const ConcreteEngine& e) { return entry_words(e, at, s.names); },
          .spec = wanted_at(s, id, at),
          .is_related = is_on_the_way(s, id, at),
          .is_here = s.part("frame") == at.frame && s.part("index") == at.index};
}

}  // namespace

std::vector<DrawnPlace> entries_of(const Subject& s, uint64_t id) {
  std::set<Entry> entries;
  for (const SmallState* state : {&s.cex.before, &s.cex.after}) {
    const ConcreteEngine engine = state->concrete();
    for (const uint64_t page : s.pages(id)) { add_walk(engine, id, page, entries); }
    add_listed(*state, id, entries);
  }
  size_t width = 0;
  for (const Entry& at : entries) { width = std::max(width, s.names.word(at.frame, at.index).size()); }
  std::vector<DrawnPlace> places;
  for (const Entry& entry : entries) { places.push_back(place_of(s, id, entry, width)); }
  return places;
}

}  // namespace bulkhead::cli
