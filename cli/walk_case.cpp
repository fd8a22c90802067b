#include "cli/walk_case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace bulkhead::cli {
namespace {

constexpr std::array<std::string_view, 4> kind_names = {"r1", "w1", "r0", "w0"};
constexpr std::array<unsigned, 7> physical_sizes = {32, 36, 40, 42, 44, 48, 52};

bool read_flag(json::Value value) { return value.number(0, 1) == 1; }

/// The flag of that key; `otherwise` if it is absent.
bool read_flag(json::Value object, std::string_view key, bool otherwise) {
  const auto value = object.find(key);
  return value ? read_flag(*value) : otherwise;
}

unsigned read_physical_size(json::Value value) {
  const uint64_t bits = value.number();
  if (std::find(physical_sizes.begin(), physical_sizes.end(), bits) == physical_sizes.end()) {
    value.fail_expecting(fmt::format("one of {}", fmt::join(physical_sizes, ", ")));
  }
  return static_cast<unsigned>(bits);
}

void read_granules(json::Value list, hw::Features& features) {
  features.granule_4k = features.granule_16k = features.granule_64k = false;
  for (const json::Value size : list.elements()) {
    const uint64_t kib = size.number();
    if (kib != 4 && kib != 16 && kib != 64) { size.fail_expecting("4, 16 or 64 (KiB)"); }
    bool& granule = kib == 4 ? features.granule_4k : kib == 16 ? features.granule_16k : features.granule_64k;
    if (granule) { size.fail(fmt::format("granule {} twice: expected each once", kib)); }
    granule = true;
  }
  if (!features.granule_4k && !features.granule_16k && !features.granule_64k) {
    list.fail_expecting("at least one of 4, 16, 64 (KiB)");
  }
}

hw::Features read_features(json::Value value) {
  value.allow_only({"pa_bits", "granules", "lpa2", "fwb", "xnx", "ttst", "hafdbs"});
  hw::Features features;
  if (const auto bits = value.find("pa_bits")) { features.pa_bits = read_physical_size(*bits); }
  if (const auto granules = value.find("granules")) { read_granules(*granules, features); }
  features.lpa2 = read_flag(value, "lpa2", features.lpa2);
  features.fwb = read_flag(value, "fwb", features.fwb);
  features.xnx = read_flag(value, "xnx", features.xnx);
  features.ttst = read_flag(value, "ttst", features.ttst);
  if (const auto level = value.find("hafdbs")) { features.hafdbs = static_cast<unsigned>(level->number(0, 2)); }
  return features;
}

hw::Registers read_registers(json::Value value) {
  const uint64_t hcr = hw::hcr_el2::VM::of(1) | hw::hcr_el2::DC::of(read_flag(value.at("dc"))) |
                       hw::hcr_el2::FWB::of(read_flag(value.at("fwb"))) |
                       hw::hcr_el2::CD::of(read_flag(value.at("cd")));
  return {.vtcr = hw::VtcrEl2<Concrete>(value.at("vtcr").number()),
          .vttbr = hw::VttbrEl2<Concrete>(value.at("vttbr").number()),
          .hcr = hw::HcrEl2<Concrete>(hcr)};
}

/// The elements of an array of two.
std::array<json::Value, 2> read_pair(json::Value value, std::string_view expected) {
  const json::Children elements = value.elements();
  if (elements.size() != 2) { value.fail_expecting(expected); }
  auto at = elements.begin();
  const json::Value first = *at;
  ++at;
  return {first, *at};
}

SparseMemory read_memory(json::Value list) {
  SparseMemory memory;
  for (const json::Value pair : list.elements()) {
    const auto [address, word] = read_pair(pair, "a pair [PA, DESCRIPTOR]");
    const uint64_t pa = address.number(0, low_mask(52));
    if (pa % 8 != 0) { address.fail_expecting("a multiple of 8"); }
    if (!memory.add(pa, word.number())) {
      address.fail(fmt::format("the word at {:#x} twice: expected each once", pa));
    }
  }
  return memory;
}

hw::AccessKind read_kind(json::Value value) {
  const auto found = std::find(kind_names.begin(), kind_names.end(), value.string());
  if (found == kind_names.end()) { value.fail_expecting(fmt::format("one of {}", fmt::join(kind_names, ", "))); }
  return static_cast<hw::AccessKind>(found - kind_names.begin());
}

std::vector<WalkQuery> read_queries(json::Value list) {
  std::vector<WalkQuery> queries;
  for (const json::Value pair : list.elements()) {
    const auto [address, kind] = read_pair(pair, "a pair [IPA, KIND]");
    queries.push_back({Ipa<Concrete>(address.number()), read_kind(kind)});
  }
  return queries;
}

}  // namespace

Word<Concrete> SparseMemory::operator()(Pa<Concrete> pa) const {
  const auto found = words_.find(raw(pa));
  return Word<Concrete>(found == words_.end() ? 0 : found->second);
}

std::string_view name_of(hw::AccessKind kind) { return kind_names[static_cast<size_t>(kind)]; }

WalkCase read_walk_case(json::Value value) {
  value.allow_only({"id", "vtcr", "vttbr", "dc", "fwb", "cd", "features", "words", "q"});
  WalkCase read{.id = std::string(value.at("id").string()),
                .registers = read_registers(value),
                .features = {},
                .memory = read_memory(value.at("words")),
                .queries = read_queries(value.at("q"))};
  if (const auto features = value.find("features")) { read.features = read_features(*features); }
  return read;
}

}  // namespace bulkhead::cli
