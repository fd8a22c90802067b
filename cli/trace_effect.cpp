#include "cli/trace_effect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hw/invalidation.hpp"
#include "impl/boot.hpp"
#include "impl/vtcr.hpp"

namespace bulkhead::cli {
namespace {

using hw::EffectKind;
using hw::Recorded;

/// What makes the name of an operation one on stage 2 of EL1&0, or on all of that regime.
constexpr std::array<std::string_view, 7> stage2_operations = {"ipas2", "ripas2",   "vmalls12", "vmalle1",
                                                               "alle1", "vmallws2", "vmallws12"};
constexpr std::array<std::string_view, 4> cleaning = {"civac", "cvac", "cvap", "cvadp"};
constexpr std::array<std::string_view, 3> writing = {"zva", "gva", "gzva"};

/// A TLBI by a range of IPAs is that by one IPA, with a range.
struct RangeName {
  std::string_view name;
  hw::Tlbi tlbi;
};
constexpr std::array<RangeName, 4> range_names = {{{"ripas2e1is", hw::Tlbi::ipas2e1is},
                                                   {"ripas2le1is", hw::Tlbi::ipas2le1is},
                                                   {"ripas2e1", hw::Tlbi::ipas2e1},
                                                   {"ripas2le1", hw::Tlbi::ipas2le1}}};

/// The enumerator of the name, if it has one.
template <class E, size_t count>
std::optional<E> named(const std::array<std::string_view, count>& names, std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<E>(found - names.begin()));
}

template <size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Reads the fields of an event whose form was checked when it was read.
class Fields {
 public:
  Fields(const trace::StepEvent& event, const Place& at) : event_(event), at_(at) {}

  [[noreturn]] void fail(std::string_view message) const { throw Error(at_, message); }

  uint64_t word(std::string_view key) const {
    const trace::Field* field = find(key);
    return field == nullptr ? 0 : std::get<uint64_t>(field->value);
  }
  /// Says that an operation, which is by address, has none.
  void expect_address(std::string_view instruction, std::string_view op) const {
    if (find("value") == nullptr) { fail(fmt::format("{} {} is by address; expected \"value\"", instruction, op)); }
  }
  std::string_view name(std::string_view key) const { return std::get<std::string>(find(key)->value); }

  /// An address of at most 48 bits that is a multiple of the size.
  uint64_t address(std::string_view key, uint64_t size) const {
    const uint64_t value = word(key);
    if (value > low_mask(address_bits) || value % size != 0) {
      fail(fmt::format("\"{}\" is {:#x}: expected a multiple of {} below 2^{}", key, value, size, address_bits));
    }
    return value;
  }
  uint64_t step() const {
    const uint64_t value = word("step");
    if ((value & (value - 1)) != 0) { fail(fmt::format("\"step\" is {:#x}: expected 0 or a power of two", value)); }
    return value;
  }
  Frame<Concrete> frame(std::string_view key) const {
    return Frame<Concrete>(address(key, uint64_t{1} << page_shift) >> page_shift);
  }

 private:
  const trace::Field* find(std::string_view key) const {
    for (const trace::Field& field : event_.fields) {
      if (field.key == key) { return &field; }
    }
    return nullptr;
  }

  const trace::StepEvent& event_;
  const Place& at_;
};

void read_word(const Fields& fields, Recorded& read) {
  const uint64_t at = fields.address("pa", sizeof(uint64_t));
  read.effect.frame = Frame<Concrete>(at >> page_shift);
  read.effect.index = Index<Concrete>(at >> 3U);
  read.effect.value = Word<Concrete>(fields.word("value"));
}

bool read_tlbi(const Fields& fields, Recorded& read) {
  const std::string_view op = fields.name("op");
  read.effect.value = Word<Concrete>(fields.word("value"));
  if (const auto tlbi = named<hw::Tlbi>(hw::tlbi_names, op)) {
    read.effect.tlbi = *tlbi;
    if (hw::reach_of(*tlbi).one_ipa) { fields.expect_address("TLBI", op); }
    return true;
  }
  for (const RangeName& range : range_names) {
    if (range.name != op) { continue; }
    read.effect.tlbi = range.tlbi;
    fields.expect_address("TLBI", op);
    read.range = hw::ipa_range_of(read.effect.value);
    return true;
  }
  for (const std::string_view beginning : stage2_operations) {
    if (op.substr(0, beginning.size()) != beginning) { continue; }
    fields.fail(
        fmt::format("TLBI {} cannot be judged in this version; expected one of {}, ripas2e1is, ripas2le1is, "
                    "ripas2e1, ripas2le1, or an operation of another regime",
                    printable(op), fmt::join(hw::tlbi_names, ", ")));
  }
  return false;
}

void read_dc(const Fields& fields, Recorded& read) {
  const std::string_view op = fields.name("op");
  if (is_one_of(writing, op)) { fields.fail(fmt::format("DC {} writes memory; expected the stores it makes", op)); }
  read.cleans = is_one_of(cleaning, op);
  if (!read.cleans) { return; }
  fields.expect_address("DC", op);
  read.effect.value = Word<Concrete>(fields.word("value") & low_mask(address_bits));
}

void check_vtcr(const Fields& fields, uint64_t vtcr) {
  const hw::VtcrEl2<Concrete> value(vtcr);
  const hw::Stage2 stage2 = hw::stage2_of(value);
  if (stage2.granule != hw::Granule::kib4 || stage2.high_bits != hw::HighBits::none) {
    fields.fail(fmt::format("VTCR_EL2 is {:#x}: expected tables of 4 KiB and addresses of at most 48 bits", vtcr));
  }
  if (!stage2.consistent) {
    fields.fail(fmt::format("VTCR_EL2 is {:#x}: expected T0SZ and SL0 that fit each other", vtcr));
  }
}

bool read_msr(const Fields& fields, Recorded& read) {
  const auto reg = named<hw::Register>(hw::register_names, fields.name("register"));
  if (!reg) { return false; }
  read.effect.reg = *reg;
  read.effect.value = Word<Concrete>(fields.word("value"));
  if (*reg == hw::Register::vtcr_el2) { check_vtcr(fields, raw(read.effect.value)); }
  return true;
}

/// Whether there is a rule about it.
bool read_fields(const Fields& fields, Recorded& read) {
  switch (read.effect.kind) {
    case EffectKind::load:
    case EffectKind::store:
      read_word(fields, read);
      return true;
    case EffectKind::copy:
      read.effect.source = fields.frame("src_pa");
      read.effect.frame = fields.frame("pa");
      return true;
    case EffectKind::fill:
      read.effect.value = Word<Concrete>(fields.word("value"));
      read.effect.frame = fields.frame("pa");
      read.effect.step = fields.step();
      return true;
    case EffectKind::clean:
      read.effect.frame = fields.frame("pa");
      return true;
    case EffectKind::dsb:
      read.effect.barrier = *named<hw::Barrier>(hw::barrier_names, fields.name("domain"));
      return true;
    case EffectKind::tlbi:
      return read_tlbi(fields, read);
    case EffectKind::dc:
      read_dc(fields, read);
      return read.cleans;
    case EffectKind::msr:
      return read_msr(fields, read);
    case EffectKind::ic:
      return false;
    case EffectKind::isb:
    case EffectKind::lock:
    case EffectKind::unlock:
    case EffectKind::eret:
    case EffectKind::exception:
      return true;
  }
  return false;
}

}  // namespace

std::optional<Sharing> sharing_of(const trace::StepEvent& event, const Place& at) {
  if (event.name != "share") { return std::nullopt; }
  const Fields fields(event, at);
  return Sharing{fields.word("vmid"), raw(fields.frame("pa"))};
}

std::optional<Recorded> effect_of(const trace::StepEvent& event, const Place& at) {
  Recorded read{.cpu = event.cpu ? raw(*event.cpu) : 0};
  read.effect.kind = *named<EffectKind>(hw::effect_names, event.name);
  if (!read_fields(Fields(event, at), read)) { return std::nullopt; }
  return read;
}

hw::JudgeSetting setting_at_boot(const MachineDescription& machine) {
  constexpr uint64_t shared_half = uint64_t{1} << (address_bits - page_shift - 1);
  const uint64_t host_root = raw(impl::layout_of(machine).root) << page_shift;
  return {.vtcr = impl::vtcr, .vttbr = host_root, .private_pages = shared_half};
}

}  // namespace bulkhead::cli
