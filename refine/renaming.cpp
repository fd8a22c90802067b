#include "refine/renaming.hpp"

#include "hw/descriptor.hpp"

namespace bulkhead::refine {
namespace {

constexpr uint64_t frame_bits = low_mask(address_bits) & ~low_mask(page_shift);
constexpr unsigned vmid_shift = 48;

uint64_t renamed(const Renaming& names, uint64_t name) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

/// A frame's address within a word: a descriptor, VTTBR_EL2, an argument.
uint64_t with_frame(uint64_t word, const Renaming& frames) {
  return (word & ~frame_bits) | (renamed(frames, (word & frame_bits) >> page_shift) << page_shift);
}

/// Applies `change` to each argument of a kind.
template <class Change>
void change_arguments(Counterexample& cex, Kind kind, const Change& change) {
  if (!cex.made) { return; }
  const auto& inputs = row_of(cex.made->call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind == kind) { cex.made->arguments.at(i) = change(cex.made->arguments.at(i)); }
  }
}

/// Applies `change` to a part of the place.
template <class Change>
void change_point(Counterexample& cex, const char* name, const Change& change) {
  for (PointPart& part : cex.point) {
    if (part.kind() == name) { part.number = change(part.number); }
  }
}

/// The map with other keys; of two that become the same the first stays.
template <class K, class V, class Rename>
std::map<K, V> with_keys(const std::map<K, V>& map, const Rename& rename) {
  std::map<K, V> result;
  for (const auto& [key, value] : map) { result.emplace(rename(key), value); }
  return result;
}

/// A page whose index at a level is another one.
uint64_t with_index(uint64_t page, unsigned level, const Renaming& indices) {
  const unsigned shift = span_shift(level);
  const uint64_t index = page >> shift & low_mask(index_bits);
  return (page & ~(low_mask(index_bits) << shift)) | (renamed(indices, index) << shift);
}

std::optional<uint64_t> level_of(const SmallState& state, uint64_t frame) {
  const FrameRecord* table = state.listed_table(frame);
  return table == nullptr ? std::nullopt : std::optional(table->level);
}

}  // namespace

Renaming numbered_from(uint64_t first, const std::vector<uint64_t>& there) {
  Renaming names;
  for (const uint64_t number : there) {
    if (number != first) { names[number] = first; }
    ++first;
  }
  return names;
}

Counterexample with_frames(const Counterexample& old, const Renaming& frames) {
  const auto name = [&frames](uint64_t frame) { return renamed(frames, frame); };
  const auto in_word = [&frames](uint64_t word) { return with_frame(word, frames); };
  Counterexample cex = old;
  SmallState& s = cex.before;
  for (auto& [key, word] : s.words) {
    const bool leads_on = old.before.listed_table(key.first) != nullptr && (word & 1) != 0;
    if (leads_on) { word = in_word(word); }
  }
  s.words =
      with_keys(s.words, [&](const SmallState::Key& key) { return SmallState::Key(name(key.first), key.second); });
  for (auto& [frame, record] : s.frames) { record.parent_table = name(record.parent_table); }
  s.frames = with_keys(s.frames, name);
  for (auto& [id, record] : s.compartments) { record.root = name(record.root); }
  for (auto& [vcpu, record] : s.vcpus) { record.frame = name(record.frame); }
  for (auto& [cpu, word] : s.vttbr) { word = in_word(word); }
  if (s.host.root) { s.host.root = name(*s.host.root); }
  for (auto* tables : {&s.host.level1, &s.host.level2, &s.host.level3}) {
    for (auto& [key, frame] : *tables) { frame = name(frame); }
  }
  change_arguments(cex, Kind::pa, in_word);
  change_point(cex, "frame", name);
  return cex;
}

Counterexample with_compartments(const Counterexample& old, const Renaming& ids) {
  const auto name = [&ids](uint64_t id) { return renamed(ids, id); };
  Counterexample cex = old;
  SmallState& s = cex.before;
  s.compartments = with_keys(s.compartments, name);
  s.vcpus =
      with_keys(s.vcpus, [&](const SmallState::Key& vcpu) { return SmallState::Key(name(vcpu.first), vcpu.second); });
  for (auto& [frame, record] : s.frames) { record.owner = name(record.owner); }
  for (auto& [cpu, word] : s.vttbr) { word = (word & low_mask(vmid_shift)) | (name(word >> vmid_shift) << vmid_shift); }
  change_arguments(cex, Kind::compartment, name);
  if (cex.made) { cex.made->caller = name(cex.made->caller); }
  change_point(cex, "compartment", name);
  return cex;
}

Counterexample with_vcpus(const Counterexample& old, const Renaming& indices) {
  const auto name = [&indices](uint64_t index) { return renamed(indices, index); };
  Counterexample cex = old;
  SmallState& s = cex.before;
  s.vcpus =
      with_keys(s.vcpus, [&](const SmallState::Key& vcpu) { return SmallState::Key(vcpu.first, name(vcpu.second)); });
  for (auto& [frame, record] : s.frames) {
    if (record.state == FrameState::vcpu) { record.parent_index = name(record.parent_index); }
  }
  change_arguments(cex, Kind::vcpu, name);
  change_point(cex, "vcpu", name);
  return cex;
}

Counterexample with_indices(const Counterexample& old, unsigned level, const Renaming& indices) {
  const auto name = [&indices](uint64_t index) { return renamed(indices, index); };
  const auto in_page = [&](uint64_t page) { return with_index(page, level, indices); };
  const auto in_address = [&](uint64_t address) {
    return (in_page(address >> page_shift) << page_shift) | (address & low_mask(page_shift));
  };
  const auto is_of_level = [&](uint64_t frame) { return level_of(old.before, frame) == level; };
  Counterexample cex = old;
  SmallState& s = cex.before;
  s.words = with_keys(s.words, [&](const SmallState::Key& key) {
    return is_of_level(key.first) ? SmallState::Key(key.first, name(key.second)) : key;
  });
  for (auto& [frame, record] : s.frames) {
    if (record.state != FrameState::vcpu && is_of_level(record.parent_table)) {
      record.parent_index = name(record.parent_index);
    }
    if (record.is_mapped() || (record.is_table() && record.level > level)) { record.base = in_page(record.base); }
  }
  change_arguments(cex, Kind::ipa, in_address);
  change_point(cex, "page", in_page);
  change_point(cex, "other_page", in_page);
  for (const PointPart& part : old.point) {
    if (part.kind() == "frame" && is_of_level(part.number)) { change_point(cex, "index", name); }
  }
  return cex;
}

}  // namespace bulkhead::refine
