#include "tests/qemu/census.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace bulkhead::qemu {
namespace {

using hw::Granule;
using hw::HighBits;

constexpr std::array<Layout, 6> layouts = {{{Granule::kib4, HighBits::none},
                                            {Granule::kib4, HighBits::of_ds},
                                            {Granule::kib16, HighBits::none},
                                            {Granule::kib16, HighBits::of_ds},
                                            {Granule::kib64, HighBits::none},
                                            {Granule::kib64, HighBits::of_64kib}}};
constexpr std::array<DescriptorKind, 5> kinds = {DescriptorKind::invalid, DescriptorKind::reserved,
                                                 DescriptorKind::table, DescriptorKind::block, DescriptorKind::page};

bool is_reachable(const Place& place) {
  const Levels levels = levels_of(place.layout);
  switch (place.kind) {
    case DescriptorKind::invalid:
      return true;
    case DescriptorKind::reserved:
      return place.level == 3 || place.level < levels.first_block;
    case DescriptorKind::table:
      return place.level < 3;
    case DescriptorKind::block:
      return place.level < 3 && place.level >= levels.first_block;
    case DescriptorKind::page:
      return place.level == 3;
  }
  return false;
}

DescriptorKind kind_of(const Visit& visit, const hw::Stage2& stage2) {
  switch (visit.word & 0b11) {
    case 0b01:
      return visit.level < 3 && stage2.has_blocks_at(visit.level) ? DescriptorKind::block : DescriptorKind::reserved;
    case 0b11:
      return visit.level < 3 ? DescriptorKind::table : DescriptorKind::page;
    default:
      return DescriptorKind::invalid;
  }
}

std::string_view name_of(DescriptorKind kind) {
  switch (kind) {
    case DescriptorKind::invalid:
      return "invalid";
    case DescriptorKind::reserved:
      return "reserved";
    case DescriptorKind::table:
      return "table";
    case DescriptorKind::block:
      return "block";
    case DescriptorKind::page:
      return "page";
  }
  throw Fault("a descriptor has a kind");
}

std::string_view name_of(const Layout& layout) {
  const bool is_long = layout.high_bits != HighBits::none;
  switch (layout.granule) {
    case Granule::kib4:
      return is_long ? "4 KiB, 52 bits" : "4 KiB";
    case Granule::kib16:
      return is_long ? "16 KiB, 52 bits" : "16 KiB";
    case Granule::kib64:
      return is_long ? "64 KiB, 52 bits" : "64 KiB";
  }
  throw Fault("a layout has a granule");
}

std::string text_of(const Place& place) {
  return fmt::format("{} descriptor, level {}, {}", name_of(place.kind), place.level, name_of(place.layout));
}

constexpr std::array<std::string_view, 4> fault_names = {"address size", "translation", "access flag", "permission"};

std::string stage2_fault(size_t fault, int level) {
  return fmt::format("stage 2 {} fault, level {}", fault_names[fault], level);
}

std::string external_abort(int level) { return fmt::format("external abort on the walk, level {}", level); }

constexpr const char* translated = "translated";
constexpr const char* stage1_fault = "stage 1 address size fault, level 0";

/// Every answer that QEMU 7.2 gives. An address size fault at level -1 takes an IPA size above PS, which QEMU refuses.
std::set<std::string> expected_answers() {
  std::set<std::string> expected = {translated, stage1_fault, stage2_fault(1, -1), external_abort(-1)};
  for (int level = 0; level <= 3; ++level) {
    for (size_t fault = 0; fault < fault_names.size(); ++fault) { expected.insert(stage2_fault(fault, level)); }
    expected.insert(external_abort(level));
  }
  return expected;
}

std::string tables_text(const hw::Stage2& stage2) {
  const unsigned index_bits = stage2.initial_index_bits();
  const unsigned level_bits = hw::level_bits(stage2.granule);
  if (index_bits < level_bits) { return "initial table smaller than a granule"; }
  return fmt::format("initial tables: {}", 1U << (index_bits - level_bits));
}

template <class Counts>
void say(std::string& text, std::string_view heading, const Counts& counts) {
  fmt::format_to(std::back_inserter(text), "\n{:<52} queries\n", heading);
  for (const auto& [name, count] : counts) {
    fmt::format_to(std::back_inserter(text), "  {:<50} {:>7}\n", name, count);
  }
}

}  // namespace

std::string kind_of_answer(uint64_t answer) {
  if (const auto esr = exception_of(answer)) {
    const unsigned code = *esr & 0x3F;
    if (code == 0b010011) { return external_abort(-1); }
    if (code >> 2 == 0b0101) { return external_abort(static_cast<int>(code & 3)); }
    return fmt::format("exception, ESR_EL2 {:#x}", *esr);
  }
  if ((answer & 1) == 0) { return translated; }
  const uint64_t code = answer >> 1 & 0x3F;
  const bool is_stage2 = (answer >> 9 & 1) == 1;
  if (!is_stage2) { return code == 0 ? std::string(stage1_fault) : fmt::format("stage 1 fault {:#x}", code); }
  // Level -1 has codes of its own, and only for these two.
  if (code == 0b101001) { return stage2_fault(0, -1); }
  if (code == 0b101011) { return stage2_fault(1, -1); }
  if (code >> 2 < fault_names.size()) { return stage2_fault(code >> 2, static_cast<int>(code & 3)); }
  return fmt::format("stage 2 fault {:#x}", code);
}

std::set<Place> reachable_places() {
  std::set<Place> places;
  for (const Layout& layout : layouts) {
    for (int level = levels_of(layout).first; level <= 3; ++level) {
      for (const DescriptorKind kind : kinds) {
        const Place place{layout, level, kind};
        if (is_reachable(place)) { places.insert(place); }
      }
    }
  }
  return places;
}

bool is_shown_by_qemu(const Place& place) { return place.layout.granule != Granule::kib16 || place.level != 0; }

void Census::count_feature(const char* name, bool is_on) {
  if (is_on) { ++features_[name]; }
}

void Census::count_visits(const Opinion& model, size_t by_both) {
  const Layout layout{model.stage2.granule, model.stage2.high_bits};
  for (size_t i = 0; i < model.visits.size(); ++i) {
    const Visit& visit = model.visits[i];
    Visits& visits = places_[{layout, visit.level, kind_of(visit, model.stage2)}];
    ++(i < by_both ? visits.by_both : visits.by_model);
  }
}

void Census::count(const hw::Registers& registers, const hw::Features& features, const Compared& compared,
                   uint64_t answer) {
  ++answers_[kind_of_answer(answer)];
  const Opinion& model = compared.model;
  if (model.is_refused_by_stage1) { return; }
  const hw::MemoryControls controls = hw::memory_controls(registers.hcr, features);
  count_feature("HCR_EL2.FWB", controls.force_write_back);
  count_feature("HCR_EL2.DC", controls.default_cacheable);
  count_feature("HCR_EL2.CD", controls.cache_disabled);
  count_feature("hardware sets the access flag", model.stage2.sets_access_flag);
  count_feature("hardware sets the dirty state", model.stage2.sets_dirty_state);
  if (!model.stage2.consistent) {
    ++starts_["VTCR_EL2 inconsistent"];
    return;
  }
  ++starts_[fmt::format("{}, start level {}", name_of({model.stage2.granule, model.stage2.high_bits}),
                        model.stage2.start_level)];
  ++features_[tables_text(model.stage2)];
  const auto& both = compared.expected.visits;
  const auto differs = std::mismatch(model.visits.begin(), model.visits.end(), both.begin(), both.end());
  count_visits(model, static_cast<size_t>(differs.first - model.visits.begin()));
}

void Census::count_unasked(const Opinion& model) { count_visits(model, 0); }

std::vector<std::string> Census::missing() const {
  std::vector<std::string> missing;
  for (const std::string& answer : expected_answers()) {
    if (!answers_.contains(answer)) { missing.push_back("answer: " + answer); }
  }
  for (const Place& place : reachable_places()) {
    const auto found = places_.find(place);
    const Visits visits = found == places_.end() ? Visits{} : found->second;
    if (is_shown_by_qemu(place) ? visits.by_both == 0 : visits.by_model == 0) { missing.push_back(text_of(place)); }
  }
  return missing;
}

std::string Census::text() const {
  std::string text;
  say(text, "answer of QEMU", answers_);
  say(text, "granule and start level", starts_);
  say(text, "features", features_);
  fmt::format_to(std::back_inserter(text), "\n{:<52} {:>7}  model alone\n", "descriptors read", "both");
  for (const auto& [place, visits] : places_) {
    fmt::format_to(std::back_inserter(text), "  {:<50} {:>7}  {:>11}\n", text_of(place), visits.by_both,
                   visits.by_model);
  }
  return text;
}

}  // namespace bulkhead::qemu
