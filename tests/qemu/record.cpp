#include "tests/qemu/record.hpp"

#include <fmt/format.h>

#include "tests/qemu/census.hpp"

namespace bulkhead::qemu {
namespace {

std::string granules_of(const hw::Features& features) {
  std::string list;
  const auto add = [&list](bool is_present, const char* size) {
    if (is_present) { list += (list.empty() ? "" : ",") + std::string(size); }
  };
  add(features.granule_4k, "4");
  add(features.granule_16k, "16");
  add(features.granule_64k, "64");
  return list;
}

std::string features_json(const hw::Features& features) {
  return fmt::format(
      "{{\"pa_bits\":{},\"granules\":[{}],\"lpa2\":{:d},\"fwb\":{:d},\"xnx\":{:d},\"ttst\":{:d},\"hafdbs\":{}}}",
      features.pa_bits, granules_of(features), features.lpa2, features.fwb, features.xnx, features.ttst,
      features.hafdbs);
}

std::string words_json(const Case& of) {
  std::string list;
  for (const Entry& entry : of.words) {
    list += fmt::format("{}[\"{:#x}\",\"{:#x}\"]", list.empty() ? "" : ",", entry.pa, entry.word);
  }
  return list;
}

constexpr std::array<std::string_view, 4> kind_names = {"r1", "w1", "r0", "w0"};

}  // namespace

std::string walk_line(const Case& of, const hw::Features& features, const Query& query) {
  const auto flag = [&of](uint64_t mask) { return (raw(of.registers.hcr) & mask) != 0; };
  return fmt::format(
      "{{\"id\":\"qemu\",\"vtcr\":\"{:#x}\",\"vttbr\":\"{:#x}\",\"dc\":{:d},\"fwb\":{:d},\"cd\":{:d},\"features\":{},"
      "\"words\":[{}],\"q\":[[\"{:#x}\",\"{}\"]]}}",
      raw(of.registers.vtcr), raw(of.registers.vttbr), flag(hw::hcr_el2::DC::mask), flag(hw::hcr_el2::FWB::mask),
      flag(hw::hcr_el2::CD::mask), features_json(features), words_json(of), query.address,
      kind_names[static_cast<size_t>(query.kind)]);
}

std::string words_of_answer(uint64_t answer) {
  if (exception_of(answer) || (answer & 1) != 0) { return fmt::format("{:#018x}: {}", answer, kind_of_answer(answer)); }
  return fmt::format("{:#018x}: output {:#x}, memory type {:#04x}, SH {:#04b}", answer, answer & hw::par_el1::PA::mask,
                     answer >> 56, answer >> 7 & 3);
}

}  // namespace bulkhead::qemu
