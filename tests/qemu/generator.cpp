#include "tests/qemu/generator.hpp"

#include "tests/qemu/random.hpp"
#include "tests/qemu/setting.hpp"
#include "tests/qemu/tables.hpp"

namespace bulkhead::qemu {
namespace {

hw::AccessKind random_kind(Random& random) { return static_cast<hw::AccessKind>(random.below(4)); }

/// An address at the limit of the input size or of the CPU's physical address size, or with bits above either.
uint64_t address_at_limit(Random& random, const Setting& setting, const hw::Features& features, uint64_t address) {
  const unsigned bits = random.pick({setting.ipa_bits, setting.pa_bits, features.pa_bits});
  const uint64_t limit = uint64_t{1} << bits;
  switch (random.below(6)) {
    case 0:
      return limit;
    case 1:
      return limit - 1;
    case 2:
      return address | limit;
    case 3:
      return ~uint64_t{0} << random.below(64);
    case 4:
      return address | uint64_t{1} << random.between(setting.ipa_bits, 63U);
    default:
      return random.bits();
  }
}

/// An address that the chain of `address` may lead to: the last levels vary.
uint64_t address_near(Random& random, const Setting& setting, uint64_t address) {
  const int level = random.between(setting.start_level, 3);
  const unsigned shift = setting.geometry.shift(level);
  if (random.chance(70)) { return address ^ random.bits(std::min(shift, setting.ipa_bits)); }
  return address ^ uint64_t { 1 } << random.below(setting.ipa_bits);
}

Case random_case(Random& random, const hw::Features& features) {
  const Setting setting = random_setting(random, features);
  Tables tables(random, setting);
  Case of{};
  const size_t chains = 2 + random.below(6);
  for (size_t i = 0; i < chains; ++i) {
    const uint64_t address = tables.add_chain();
    of.queries.push_back({address, random_kind(random)});
    for (int more = 0; more < 2; ++more) {
      of.queries.push_back({address_near(random, setting, address), random_kind(random)});
    }
    if (random.chance(40)) {
      of.queries.push_back({address_at_limit(random, setting, features, address), random_kind(random)});
    }
  }
  of.registers = {.vtcr = hw::VtcrEl2<Concrete>(setting.vtcr),
                  .vttbr = hw::VttbrEl2<Concrete>(tables.vttbr()),
                  .hcr = hw::HcrEl2<Concrete>(setting.hcr)};
  of.words = tables.words();
  return of;
}

}  // namespace

std::vector<Case> generate(const hw::Features& features, uint64_t seed, size_t queries) {
  Random random(seed);
  std::vector<Case> cases;
  for (size_t count = 0; count < queries; count += cases.back().queries.size()) {
    cases.push_back(random_case(random, features));
  }
  return cases;
}

}  // namespace bulkhead::qemu
