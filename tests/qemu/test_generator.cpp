#include "tests/qemu/generator.hpp"

#include <array>

#include "hw/descriptor.hpp"
#include "tests/catch.hpp"
#include "tests/qemu/geometry.hpp"

namespace bulkhead::qemu {
namespace {

TEST_CASE("A seed makes the same cases each time, and another seed others") {
  CHECK(encode(generate({}, 7, 500)) == encode(generate({}, 7, 500)));
  CHECK(encode(generate({}, 7, 500)) != encode(generate({}, 8, 500)));
  CHECK(count_queries(generate({}, 7, 500)) >= 500);
}

TEST_CASE("Every case can be run, whatever the CPU") {
  for (const unsigned pa_bits : {32U, 36U, 40U, 42U, 44U, 48U, 52U}) {
    hw::Features features;
    features.pa_bits = pa_bits;
    features.lpa2 = pa_bits == 52;
    features.ttst = pa_bits > 42;
    features.granule_16k = pa_bits != 44;
    CAPTURE(pa_bits);
    CHECK_NOTHROW(encode(generate(features, 1, 5000)));
  }
}

TEST_CASE("An address stands in a descriptor where hardware looks for it") {
  constexpr std::array<Form, 3> forms = {Form::bits_48, Form::bits_52_with_ds, Form::bits_52_with_64k};
  constexpr std::array<hw::HighBits, 3> high_bits = {hw::HighBits::none, hw::HighBits::of_ds, hw::HighBits::of_64kib};
  constexpr std::array<hw::Granule, 3> granules = {hw::Granule::kib4, hw::Granule::kib16, hw::Granule::kib64};
  for (size_t form = 0; form < forms.size(); ++form) {
    for (const hw::Granule granule : granules) {
      const Geometry geometry{granule, forms[form]};
      if ((geometry.form == Form::bits_52_with_64k) != (granule == hw::Granule::kib64) && form != 0) { continue; }
      const uint64_t address = 0x000ABCDEF0120000 & ((uint64_t{1} << geometry.address_bits()) - 1);
      const Word<Concrete> word(geometry.in_descriptor(address));
      CAPTURE(form, geometry.page_bits());
      CHECK(raw(hw::address_in<Concrete>(word, granule, high_bits[form])) == address);
      CHECK(geometry.shift(2) == hw::span_bits(granule, 2));
    }
  }
}

}  // namespace
}  // namespace bulkhead::qemu
