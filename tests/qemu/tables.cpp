#include "tests/qemu/tables.hpp"

#include <algorithm>

#include "tests/qemu/memory.hpp"

namespace bulkhead::qemu {
namespace {

constexpr uint64_t table_or_page = 0b11;
constexpr uint64_t block_or_reserved = 0b01;

constexpr uint64_t ones(unsigned width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

/// Initial tables are aligned to the size of all of them, and to 64 bytes if the base has 52 bits.
unsigned base_align_bits(const Setting& setting) {
  const unsigned least = setting.geometry.form == Form::bits_48 ? 3 : 6;
  return std::max(setting.initial_index_bits() + 3, least);
}

}  // namespace

Tables::Tables(Random& random, const Setting& setting) : random_(random), setting_(setting) {
  const unsigned align_bits = base_align_bits(setting);
  base_ = random_table(align_bits);
  const uint64_t base = random.chance(4) ? astray(base_) : base_;
  vttbr_ = setting.geometry.in_base(base) | random.bits(16) << 48 | random.bits(1);
  if (random.chance(15)) { vttbr_ |= random.bits(align_bits) & ~uint64_t{0b111110}; }
  if (random.chance(10)) { vttbr_ |= random.bits(6); }
}

/// An address near those of other chains, or anywhere.
uint64_t Tables::random_address() {
  uint64_t address = random_.bits(setting_.ipa_bits);
  if (!addresses_.empty() && random_.chance(50)) {
    const int level = random_.between(setting_.start_level, 3);
    const uint64_t below = ones(std::min(setting_.geometry.shift(level - 1), setting_.ipa_bits));
    address = (addresses_[random_.below(addresses_.size())] & ~below) | (address & below);
  } else if (random_.chance(10)) {
    address = random_.pick({uint64_t{0}, ones(setting_.ipa_bits)});
  } else if (random_.chance(10)) {
    address = with_same_indices();
  }
  return address;
}

/// An address with the same index at every level, as far as there is room.
uint64_t Tables::with_same_indices() {
  const uint64_t index = random_.bits(setting_.geometry.stride());
  uint64_t address = 0;
  for (int level = setting_.start_level; level <= 3; ++level) { address |= index << setting_.geometry.shift(level); }
  return address & ones(setting_.ipa_bits);
}

uint64_t Tables::index_at(uint64_t address, int level) const {
  const unsigned width = level == setting_.start_level ? setting_.initial_index_bits() : setting_.geometry.stride();
  return address >> setting_.geometry.shift(level) & ones(width);
}

/// A place for a table in RAM, mostly below the physical address size.
uint64_t Tables::random_table(unsigned align_bits) {
  const uint64_t end = random_.chance(97) ? std::min(ram_end, uint64_t{1} << setting_.pa_bits) : ram_end;
  const uint64_t room = uint64_t{1} << std::max(align_bits, 21U);
  // As many low as high addresses: small address sizes are as likely as large ones.
  uint64_t place = 0;
  while (place < tables_first || place > end - room) { place = random_.bits(random_.between(31U, 39U)); }
  return place & ~ones(align_bits);
}

/// The same table under an address that has one or more bits too many, if only for some settings.
uint64_t Tables::astray(uint64_t table) {
  if (random_.chance(50) && setting_.pa_bits >= 40) { return table | uint64_t{1} << setting_.pa_bits; }
  return table | (random_.chance(50) ? uint64_t{1} << random_.between(40, 51) : random_.bits(12) << 40);
}

uint64_t Tables::table_entry(uint64_t table) {
  const uint64_t ignored = random_.chance(50) ? random_.bits() & ~(setting_.geometry.address_mask() | 0b11) : 0;
  return setting_.geometry.in_descriptor(table) | ignored | table_or_page;
}

/// The table that the entry leads to, made if the entry is not there; 0 if the entry is something else.
uint64_t Tables::next_table(uint64_t entry) {
  const auto known = next_.find(entry);
  if (known != next_.end()) { return known->second; }
  if (words_.contains(entry)) { return 0; }
  // Now and then a table leads to the initial one, perhaps itself.
  const bool is_loop = setting_.initial_index_bits() >= setting_.geometry.stride() && random_.chance(2);
  const uint64_t table = is_loop ? base_ : random_table(setting_.geometry.page_bits());
  next_.emplace(entry, table);
  words_.emplace(entry, table_entry(random_.chance(3) ? astray(table) : table));
  return table;
}

/// An output address: anything, or at the limit of the physical address size.
uint64_t Tables::random_output() {
  const uint64_t limit = uint64_t{1} << setting_.pa_bits;
  switch (random_.below(8)) {
    case 0:
      return random_.bits(52);
    case 1:
      return limit;
    case 2:
      return limit - 1;
    case 3:
      return uint64_t{1} << random_.between(12, 51);
    default:
      return random_.bits(setting_.pa_bits);
  }
}

/// An entry of the type with random attributes, most of them such that an access gets through.
uint64_t Tables::leaf(unsigned type, int level) {
  uint64_t output = random_output();
  if (random_.chance(70)) { output &= ~ones(setting_.geometry.shift(level)); }
  const uint64_t mask = setting_.geometry.address_mask() | 0b11;
  uint64_t attributes = random_.bits() & ~mask;
  if (random_.chance(70)) { attributes |= uint64_t{1} << 10; }
  if (random_.chance(50)) { attributes |= uint64_t{0b11} << 6; }
  return setting_.geometry.in_descriptor(output) | attributes | type;
}

uint64_t Tables::last_entry(int level) {
  if (random_.chance(8)) { return random_.bits() & ~uint64_t{1}; }
  if (level == 3) { return leaf(random_.chance(85) ? table_or_page : block_or_reserved, level); }
  if (random_.chance(80)) { return leaf(block_or_reserved, level); }
  return table_entry(random_table(setting_.geometry.page_bits()));
}

uint64_t Tables::add_chain() {
  const uint64_t address = random_address();
  const int last = random_.between(setting_.start_level, 3);
  uint64_t table = base_;
  for (int level = setting_.start_level; level < last && table != 0; ++level) {
    table = next_table(table + 8 * index_at(address, level));
  }
  if (table != 0) { words_.emplace(table + 8 * index_at(address, last), last_entry(last)); }
  addresses_.push_back(address);
  return address;
}

std::vector<Entry> Tables::words() const {
  std::vector<Entry> words;
  for (const auto& [pa, word] : words_) { words.push_back({pa, word}); }
  return words;
}

}  // namespace bulkhead::qemu
