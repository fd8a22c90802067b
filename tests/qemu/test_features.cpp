#include "tests/qemu/features.hpp"

#include <stdexcept>

#include "tests/catch.hpp"

namespace bulkhead::qemu {
namespace {

hw::Features with_mmfr0(uint64_t mmfr0) { return features_of({mmfr0, 0, 0}); }

TEST_CASE("Of a CPU with everything") {
  const hw::Features features = features_of({0x0000032310201126, 0x11010211122, 0x1021011010011011});
  CHECK(features.pa_bits == 52);
  CHECK(features.granule_4k);
  CHECK(features.granule_16k);
  CHECK(features.granule_64k);
  CHECK(features.lpa2);
  CHECK(features.fwb);
  CHECK(features.xnx);
  CHECK(features.ttst);
  CHECK(features.hafdbs == 2);
}

TEST_CASE("Of a CPU with little") {
  const hw::Features features = features_of({0x1122, 0, 0});
  CHECK(features.pa_bits == 40);
  CHECK(features.granule_4k);
  CHECK_FALSE(features.granule_16k);
  CHECK(features.granule_64k);
  CHECK_FALSE(features.lpa2);
  CHECK_FALSE(features.fwb);
  CHECK_FALSE(features.xnx);
  CHECK_FALSE(features.ttst);
  CHECK(features.hafdbs == 0);
}

TEST_CASE("What stage 2 says of a granule comes before what stage 1 says") {
  CHECK_FALSE(with_mmfr0(0x11100000000).granule_4k);
  CHECK_FALSE(with_mmfr0(0x11100200000).granule_16k);
  CHECK_FALSE(with_mmfr0(0x11100000000).granule_64k);
  CHECK(with_mmfr0(0x222FFF00000).granule_4k);
  CHECK(with_mmfr0(0x222FFF00000).granule_16k);
  CHECK(with_mmfr0(0x222FFF00000).granule_64k);
  CHECK_FALSE(with_mmfr0(0xF0000000).granule_4k);
  CHECK_FALSE(with_mmfr0(0x0F000000).granule_64k);
  // The first says that stage 1 has 52 bits, the second that stage 2 has not.
  CHECK(with_mmfr0(0x10200000).lpa2);
  CHECK_FALSE(with_mmfr0(0x20210200000).lpa2);
}

TEST_CASE("What is reserved, or what the model has no word for, is refused") {
  CHECK_THROWS_AS(with_mmfr0(0x7), std::runtime_error);
  CHECK_THROWS_AS(with_mmfr0(0x40000000000), std::runtime_error);
  CHECK_THROWS_AS(with_mmfr0(0x30000000000), std::runtime_error);
}

}  // namespace
}  // namespace bulkhead::qemu
