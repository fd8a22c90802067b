#include "tests/qemu/register_scan.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "impl/guest_controls.hpp"
#include "tests/qemu/protocol.hpp"

namespace bulkhead::qemu {
namespace {

constexpr uint64_t all_outcomes = 0xFF;

Outcome outcome_of(uint64_t word) {
  if (word > static_cast<uint64_t>(Outcome::trapped)) { throw std::runtime_error("the guest gave no outcome"); }
  return static_cast<Outcome>(word);
}

}  // namespace

std::string name_of(const Encoding& e) { return fmt::format("S{}_{}_C{}_C{}_{}", e.op0, e.op1, e.crn, e.crm, e.op2); }

std::string encode_controls() {
  using namespace impl::guest_controls;
  std::string bytes;
  for (const uint64_t control : {hcr_el2, cptr_el2, mdcr_el2, cnthctl_el2, hstr_el2, icc_sre_el2, ich_hcr_el2}) {
    put(bytes, control);
  }
  return bytes;
}

Scan decode_scan(std::string_view bytes) {
  if (bytes.size() != encodings * 2 * sizeof(uint64_t)) { throw std::runtime_error("the guest wrote no whole scan"); }
  Scan scan;
  for (size_t i = 0; i < encodings; ++i) {
    const uint64_t outcomes = word_at(bytes, 2 * i);
    scan.push_back({outcome_of(outcomes & all_outcomes), outcome_of(outcomes >> 8), word_at(bytes, 2 * i + 1)});
  }
  return scan;
}

}  // namespace bulkhead::qemu
