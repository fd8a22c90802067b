#include "cli/descriptor_words.hpp"

#include <fmt/format.h>

#include "cli/field_number.hpp"
#include "hw/descriptor.hpp"
#include "model/concrete.hpp"
#include "refine/shape.hpp"

namespace bulkhead::cli {
namespace {

using Entry = Word<Concrete>;

std::string invalid_words(Entry entry) {
  const IpaState state = enumerator(refine::ipa_state_of<Concrete>(entry));
  const bool is_exact = static_cast<bool>(refine::is_ipa_state_word<Concrete>(entry));
  if (is_exact) { return fmt::format("invalid, {}", name_of(state)); }
  return fmt::format("invalid, {:#x}", raw(entry));
}

/// The attributes that are not those of plain memory; nothing for memory, ` device` for a device of the host.
std::string unusual(Entry entry) {
  const uint64_t rest = raw(entry) & ~(hw::s2::Address::mask | hw::s2::S2AP::mask | hw::s2::Type::mask);
  const auto without = [](uint64_t bits) { return bits & ~(hw::s2::S2AP::mask | hw::s2::Type::mask); };
  if (rest == without(refine::normal_page_bits)) { return ""; }
  if (rest == without(refine::device_bits)) { return " device"; }
  std::string text;
  if (field_number<hw::s2::MemAttr>(entry) != 0b1111) {
    text += fmt::format(" MemAttr={:#06b}", field_number<hw::s2::MemAttr>(entry));
  }
  if (field_number<hw::s2::SH>(entry) != 0b11) { text += fmt::format(" SH={:#04b}", field_number<hw::s2::SH>(entry)); }
  if (field_number<hw::s2::AF>(entry) != 1) { text += " AF=0"; }
  if (field_number<hw::s2::XN>(entry) != 0) { text += fmt::format(" XN={:#04b}", field_number<hw::s2::XN>(entry)); }
  if (field_number<hw::s2::DBM>(entry) != 0) { text += " DBM=1"; }
  if (field_number<hw::s2::Contiguous>(entry) != 0) { text += " Contiguous=1"; }
  return text.empty() ? fmt::format(" other bits {:#x}", rest ^ without(refine::normal_page_bits)) : text;
}

}  // namespace

std::string access_words(bool readable, bool writable, bool device) {
  return fmt::format("{}{}{}", readable ? "r" : "-", writable ? "w" : "-", device ? " device" : "");
}

std::string descriptor_words(uint64_t word, unsigned level, const std::function<std::string(uint64_t)>& frame) {
  const Entry entry(word);
  const uint64_t target = raw(hw::output_frame<Concrete>(entry));
  if (hw::is_table<Concrete>(entry, level)) {
    const uint64_t more = word & ~(hw::s2::Address::mask | refine::table_bits);
    return fmt::format("table {}{}", frame(target), more == 0 ? "" : fmt::format(" other bits {:#x}", more));
  }
  if (hw::is_leaf<Concrete>(entry, level)) {
    const uint64_t permissions = field_number<hw::s2::S2AP>(entry);
    return fmt::format("{} {} {}{}", level == leaf_level ? "page" : "block", frame(target),
                       access_words((permissions & 1U) != 0, (permissions & 2U) != 0, false), unusual(entry));
  }
  return hw::is_valid<Concrete>(entry) ? fmt::format("reserved, so invalid: {:#x}", word) : invalid_words(entry);
}

}  // namespace bulkhead::cli
