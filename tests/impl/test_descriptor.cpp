#include "hw/descriptor.hpp"
#include "impl/descriptor.hpp"
#include "tests/catch.hpp"
#include "tests/impl/bench.hpp"

namespace bulkhead::impl::test {
namespace {

const Frame<C> frame(0xABCDE12345);

TEST_CASE("hardware reads a table entry as a table at levels 0 to 2") {
  const Word<C> entry = table_entry<C>(frame);
  for (const unsigned level : {0U, 1U, 2U}) { CHECK(static_cast<bool>(hw::is_table<C>(entry, level))); }
  CHECK(hw::output_frame<C>(entry) == frame);
}

void check_normal_page(Word<C> entry, uint64_t s2ap) {
  CHECK(static_cast<bool>(hw::is_leaf<C>(entry, leaf_level)));
  CHECK(hw::output_frame<C>(entry) == frame);
  CHECK(raw(hw::s2::MemAttr::get<C>(entry)) == 0b1111);
  CHECK(raw(hw::s2::SH::get<C>(entry)) == 0b11);
  CHECK(raw(hw::s2::S2AP::get<C>(entry)) == s2ap);
  CHECK(raw(hw::s2::AF::get<C>(entry)) == 1);
  CHECK(raw(hw::s2::XN::get<C>(entry)) == 0);
  CHECK(raw(hw::s2::Contiguous::get<C>(entry)) == 0);
}

TEST_CASE("hardware reads pages as Normal Write-Back memory with the access meant") {
  check_normal_page(private_page_entry<C>(frame), 0b11);
  check_normal_page(host_ram_entry<C>(frame), 0b11);
  check_normal_page(shared_page_entry<C>(frame, true), 0b11);
  check_normal_page(shared_page_entry<C>(frame, false), 0b01);
}

void check_device(Word<C> entry) {
  CHECK(raw(hw::s2::MemAttr::get<C>(entry)) == 0b0001);
  CHECK(raw(hw::s2::S2AP::get<C>(entry)) == 0b11);
  CHECK(raw(hw::s2::AF::get<C>(entry)) == 1);
  CHECK(raw(hw::s2::XN::get<C>(entry)) == 0b10);
}

TEST_CASE("hardware reads devices of the host as Device-nGnRE that never executes") {
  check_device(host_device_entry<C>(frame));
  CHECK(static_cast<bool>(hw::is_leaf<C>(host_device_entry<C>(frame), leaf_level)));
  CHECK(hw::output_frame<C>(host_device_entry<C>(frame)) == frame);
  const Frame<C> gib(0x40000);
  check_device(host_device_block<C>(gib));
  CHECK(static_cast<bool>(hw::is_leaf<C>(host_device_block<C>(gib), 1)));
  CHECK(hw::output_frame<C>(host_device_block<C>(gib)) == gib);
}

TEST_CASE("an invalid entry keeps the IPA state out of sight of hardware") {
  for (const IpaState state : {IpaState::empty, IpaState::ram, IpaState::destroyed}) {
    const Word<C> entry = invalid_entry<C>(state);
    CHECK(!hw::is_valid<C>(entry));
    CHECK(!entry_is_valid<C>(entry));
    CHECK(enumerator(entry_ipa_state<C>(entry)) == state);
  }
  CHECK(raw(invalid_entry<C>(IpaState::empty)) == 0);
}

TEST_CASE("the engine reads its own entries back") {
  for (const Word<C> entry : {table_entry<C>(frame), private_page_entry<C>(frame), host_device_entry<C>(frame)}) {
    CHECK(static_cast<bool>(entry_is_valid<C>(entry)));
    CHECK(entry_frame<C>(entry) == frame);
  }
}

}  // namespace
}  // namespace bulkhead::impl::test
