#include <array>

#include "tests/tools/scenarios.hpp"

/// What a recorder might see of other hypervisors: written by hand, effects alone.
namespace bulkhead::test {
namespace {

constexpr uint64_t kib4 = 0x1000;
constexpr uint64_t table = 0b11;
constexpr uint64_t page_rw = 0x7FF;  ///< Normal Write-Back, read and write
constexpr uint64_t page_ro = 0x77F;  ///< the same, read only
constexpr uint64_t block_rw = 0x7FD;
constexpr uint64_t vtcr_res1 = uint64_t{1} << 31;

/// The same registers on every CPU, and the words of the effects.
class Script {
 public:
  explicit Script(Recorder& recorder) : r_(recorder) {}

  void on(uint64_t cpu) { r_.as(0, cpu); }
  void take() { r_.effect("exception", {}); }
  void eret() { r_.effect("eret", {}); }
  void lock(uint64_t address) { r_.effect("lock", {{"address", address}}); }
  void unlock(uint64_t address) { r_.effect("unlock", {{"address", address}}); }
  void load(uint64_t pa, uint64_t value) { r_.effect("load", {{"pa", pa}, {"value", value}}); }
  void store(uint64_t pa, uint64_t value) { r_.effect("store", {{"pa", pa}, {"value", value}}); }
  void fill(uint64_t pa) { r_.effect("fill", {{"pa", pa}, {"value", uint64_t{0}}}); }
  /// A table of entries that lead to frames one after the other.
  void fill_run(uint64_t pa, uint64_t first, uint64_t step) {
    r_.effect("fill", {{"pa", pa}, {"value", first}, {"step", step}});
  }
  void copy(uint64_t pa, uint64_t from) { r_.effect("copy", {{"pa", pa}, {"src_pa", from}}); }
  void clean(uint64_t pa) { r_.effect("clean", {{"pa", pa}}); }
  void dc(const char* op, uint64_t line) { r_.effect("dc", {{"op", std::string(op)}, {"value", line}}); }
  void dsb(const char* domain) { r_.effect("dsb", {{"domain", std::string(domain)}}); }
  void isb() { r_.effect("isb", {}); }
  void tlbi(const char* op, uint64_t value) { r_.effect("tlbi", {{"op", std::string(op)}, {"value", value}}); }
  void msr(const char* name, uint64_t value) { r_.effect("msr", {{"register", std::string(name)}, {"value", value}}); }
  void name(uint64_t vttbr) {
    msr("vttbr_el2", vttbr);
    isb();
  }
  void set(uint64_t entry, uint64_t word) {
    store(entry, word);
    dsb("ishst");
  }
  /// A level-3 entry of the VMID in force goes, in the architecture's steps.
  void drop_page(uint64_t entry, uint64_t ipa) {
    set(entry, 0);
    forget_page(ipa);
  }
  void forget_page(uint64_t ipa) {
    constexpr uint64_t level3_of_4k = uint64_t{0b0111} << 44U;
    tlbi("ipas2e1is", level3_of_4k | ipa >> 12U);
    dsb("ish");
    tlbi("vmalle1is", 0);
    dsb("ish");
    isb();
  }

 private:
  Recorder& r_;
};

// Two guests on CPUs with 8-bit VMIDs, 40-bit IPAs from level 1 with two tables side by side, and no stage-2 of the
// host. Calls take no lock.
constexpr uint64_t small_vtcr = vtcr_res1 | 2U << 16U | 0b11U << 12U | 0b01U << 6U | 24U;
constexpr uint64_t root_a = 0x50000000;
constexpr uint64_t level2_a = 0x50002000;
constexpr uint64_t level3_a = 0x50003000;
constexpr uint64_t level3_run = 0x50004000;  ///< for the second 2 MiB of RAM
constexpr uint64_t root_b = 0x50010000;
constexpr uint64_t level2_b = 0x50012000;
constexpr uint64_t level3_b = 0x50013000;
constexpr uint64_t vttbr_a = uint64_t{1} << 48U | root_a;
constexpr uint64_t vttbr_b = uint64_t{2} << 48U | root_b;
constexpr uint64_t ipa_ram = 0x80000000;  ///< entry 2 of level 1
constexpr uint64_t guest_page = 0x60000000;
constexpr uint64_t guest_page2 = 0x60001000;
constexpr uint64_t guest_block = 0x64000000;

/// Tables of a guest down to level 3 for the first 2 MiB of its RAM.
void small_tables(Script& s, uint64_t root, uint64_t level2, uint64_t level3) {
  for (const uint64_t frame : {root, root + kib4, level2, level3}) { s.fill(frame); }
  s.dsb("ishst");
  s.store(root + 8 * 2, level2 | table);
  s.store(level2, level3 | table);
  s.dsb("ishst");
}

/// Every cache line of a frame is cleaned.
void clean_page(Script& s, uint64_t frame, const char* op = "civac", const char* domain = "ish") {
  for (uint64_t line = 0; line < kib4; line += 64) { s.dc(op, frame + line); }
  s.dsb(domain);
}

/// A frame is zeroed, line by line to memory, and mapped.
void give_page(Script& s, uint64_t entry, uint64_t frame) {
  s.fill(frame);
  s.dsb("ish");
  clean_page(s, frame);
  s.set(entry, frame | page_rw);
}

void small_boot(Script& s) {
  for (const uint64_t cpu : {0, 1}) {
    s.on(cpu);
    s.msr("vtcr_el2", small_vtcr);
    s.msr("sctlr_el2", 0x30C50830);
    s.isb();
  }
  s.on(0);
  small_tables(s, root_a, level2_a, level3_a);
  small_tables(s, root_b, level2_b, level3_b);
}

/// Pages come, lose the right to be written, and go, while the other CPU maintains things of its own.
void small_guest(Recorder& r) {
  Script s(r);
  small_boot(s);
  s.name(vttbr_a);
  give_page(s, level3_a, guest_page);
  s.eret();
  s.on(1);
  s.name(vttbr_a);
  s.eret();
  s.on(0);
  s.take();
  s.set(level3_a, guest_page | page_ro);
  s.on(1);
  s.take();
  s.tlbi("vae2is", 0x1234);
  s.dsb("ish");
  s.on(0);
  s.forget_page(ipa_ram);
  s.eret();
  s.on(1);
  s.set(level3_a + 8, guest_page2 | page_rw);
  s.eret();
  s.on(0);
  s.take();
  s.load(level3_a + 8, guest_page2 | page_rw);
  s.drop_page(level3_a, ipa_ram);
  s.eret();
}

/// A range of pages and a block of 2 MiB go by one invalidation of the range.
void ranges(Recorder& r) {
  Script s(r);
  constexpr uint64_t granule_4k = uint64_t{1} << 46U;
  small_boot(s);
  s.name(vttbr_a);
  s.set(level2_a + 8, guest_block | block_rw);
  for (uint64_t n = 0; n < 3; ++n) { s.set(level3_a + 8 * n, (guest_page + n * kib4) | page_rw); }
  s.eret();
  s.take();
  for (uint64_t n = 0; n < 3; ++n) { s.store(level3_a + 8 * n, 0); }
  s.dsb("ishst");
  s.tlbi("ripas2le1is", granule_4k | uint64_t{1} << 39U | ipa_ram >> 12U);  // 4 pages
  s.dsb("ish");
  s.tlbi("vmalle1is", 0);
  s.dsb("ish");
  s.isb();
  s.eret();
  s.take();
  s.set(level2_a + 8, 0);
  s.tlbi("ripas2e1is", granule_4k | ((ipa_ram >> 12U) + 512));  // 2 pages of the block
  s.dsb("ish");
  s.tlbi("vmalle1is", 0);
  s.dsb("ish");
  s.isb();
  s.eret();
  s.take();
  s.set(level2_a + 8, (guest_block + 0x200000) | block_rw);
  s.eret();
}

/// An entry of the guest's level-2 table becomes another that translates alike.
void replace(Script& s, uint64_t entry, uint64_t word) {
  s.set(entry, 0);
  s.tlbi("vmalls12e1is", 0);
  s.dsb("ish");
  s.isb();
  s.set(entry, word);
}

/// A table filled with one run of pages is linked, becomes a block of 2 MiB, and again a table, of which one page goes.
void blocks(Recorder& r) {
  Script s(r);
  small_boot(s);
  s.name(vttbr_a);
  s.fill_run(level3_run, guest_block | page_rw, kib4);
  s.dsb("ishst");
  s.set(level2_a + 8, level3_run | table);
  s.eret();
  s.take();
  s.load(level3_run + 8 * 511, (guest_block + 511 * kib4) | page_rw);
  replace(s, level2_a + 8, guest_block | block_rw);
  s.fill(level3_run);
  s.eret();
  s.take();
  s.fill_run(level3_run, guest_block | page_rw, kib4);
  s.dsb("ishst");
  replace(s, level2_a + 8, level3_run | table);
  s.eret();
  s.take();
  s.drop_page(level3_run + 8 * 5, ipa_ram + 0x205000);
  s.fill(guest_block + 5 * kib4);
  s.clean(guest_block + 5 * kib4);
  s.dsb("ish");
  s.set(level3_b, (guest_block + 5 * kib4) | page_rw);
  s.eret();
}

/// When VMIDs run out, all are invalidated, and the second guest gets that of the first.
void rollover(Recorder& r) {
  Script s(r);
  small_boot(s);
  s.name(vttbr_a);
  give_page(s, level3_a, guest_page);
  s.eret();
  s.take();
  s.name(vttbr_b);
  give_page(s, level3_b, guest_page2);
  s.eret();
  s.take();
  s.dsb("ishst");
  s.tlbi("alle1is", 0);
  s.dsb("ish");
  s.isb();
  s.name(uint64_t{1} << 48U | root_b);
  s.eret();
  s.take();
  s.name(uint64_t{2} << 48U | root_a);
  s.eret();
}

/// A page goes from one guest to the other, with a message for it, in one call.
void move(Recorder& r) {
  Script s(r);
  small_boot(s);
  s.name(vttbr_b);
  s.name(vttbr_a);
  give_page(s, level3_a, guest_page);
  s.eret();
  s.take();
  s.drop_page(level3_a, ipa_ram);
  for (const uint64_t word : {0, 8}) { s.store(guest_page + word, 0x1111 + word); }
  clean_page(s, guest_page, "cvac", "sy");
  s.name(vttbr_b);
  s.set(level3_b, guest_page | page_rw);
  s.eret();
}

// A hypervisor with a stage-2 of the host (VMID 0, identity map), 16-bit VMIDs, 48-bit IPAs, and locks.
constexpr uint64_t large_vtcr = vtcr_res1 | 1U << 19U | 5U << 16U | 0b11U << 12U | 0b10U << 6U | 16U;
constexpr uint64_t host_root = 0x48000000;
constexpr uint64_t host_level3 = host_root + 3 * kib4;  ///< for 2 MiB at 0x60000000
constexpr uint64_t guest_root = 0x48010000;
constexpr uint64_t guest_level3 = guest_root + 3 * kib4;
constexpr uint64_t other_root = 0x48020000;
constexpr uint64_t other_level3 = other_root + 3 * kib4;
constexpr uint64_t host_lock = 0x48100000;
constexpr uint64_t guest_lock = 0x48100040;
constexpr uint64_t given = 0x60000000;  ///< a frame of the host, at entry 0 of `host_level3`
constexpr uint64_t vttbr_guest = uint64_t{0x1234} << 48U | guest_root;
constexpr uint64_t vttbr_other = uint64_t{0x4321} << 48U | other_root;

/// Tables in a row from the root down to level 3 for 2 MiB at an IPA.
void large_tables(Script& s, uint64_t root, uint64_t ipa) {
  for (uint64_t n = 0; n < 4; ++n) { s.fill(root + n * kib4); }
  s.dsb("ishst");
  s.store(root + 8 * (ipa >> 39U & 511U), (root + kib4) | table);
  s.store(root + kib4 + 8 * (ipa >> 30U & 511U), (root + 2 * kib4) | table);
  s.store(root + 2 * kib4 + 8 * (ipa >> 21U & 511U), (root + 3 * kib4) | table);
  s.dsb("ishst");
}

void large_boot(Script& s) {
  s.on(0);
  s.msr("vtcr_el2", large_vtcr);
  large_tables(s, host_root, given);
  large_tables(s, guest_root, 0);
  large_tables(s, other_root, 0);
  for (uint64_t n = 0; n < 4; ++n) { s.store(host_level3 + 8 * n, (given + n * kib4) | page_rw); }
  s.dsb("ishst");
  s.name(vttbr_guest);
  s.name(vttbr_other);
  s.name(host_root);
  s.on(2);
  s.msr("vtcr_el2", large_vtcr);
  s.name(host_root);
  s.eret();
}

/// The host's page becomes the guest's.
void donate(Script& s) {
  s.take();
  s.lock(host_lock);
  s.lock(guest_lock);
  s.drop_page(host_level3, given);
  s.fill(given);
  s.clean(given);
  s.dsb("ish");
  s.set(guest_level3, given | page_rw);
  s.unlock(guest_lock);
  s.unlock(host_lock);
  s.eret();
}

/// The guest loses it; what it held is overwritten.
void take_back(Script& s) {
  s.take();
  s.lock(host_lock);
  s.name(vttbr_guest);
  s.drop_page(guest_level3, 0);
  s.name(host_root);
  s.fill(given);
  s.clean(given);
  s.dsb("ish");
}

/// A page goes from the host to a guest, and from there to another guest and back to the host.
void large_donate(Recorder& r) {
  Script s(r);
  large_boot(s);
  donate(s);
  s.on(0);
  take_back(s);
  s.set(other_level3 + 8, given | page_rw);
  s.unlock(host_lock);
  s.eret();
  s.take();
  s.lock(host_lock);
  s.name(vttbr_other);
  s.drop_page(other_level3 + 8, kib4);
  s.name(host_root);
  s.copy(given, 0x48030000);
  s.clean(given);
  s.dsb("ish");
  s.set(host_level3, given | page_rw);
  s.unlock(host_lock);
  s.eret();
}

/// A guest shares its page with the host and takes it back for itself.
void large_share(Recorder& r) {
  Script s(r);
  large_boot(s);
  donate(s);
  s.take();
  s.lock(host_lock);
  s.set(host_level3, given | page_rw);
  s.unlock(host_lock);
  s.eret();
  s.take();
  s.lock(host_lock);
  s.drop_page(host_level3, given);
  clean_page(s, given);
  s.unlock(host_lock);
  s.eret();
  take_back(s);
  s.set(host_level3, given | page_rw);
  s.unlock(host_lock);
  s.eret();
}

/// A guest's empty tables are taken down from the last to the first, each by its IPA.
void large_teardown(Recorder& r) {
  Script s(r);
  large_boot(s);
  s.take();
  s.lock(guest_lock);
  s.name(vttbr_guest);
  for (const uint64_t level : {2, 1, 0}) {
    s.set(guest_root + level * kib4, 0);
    s.tlbi("ipas2e1is", 0);
    s.dsb("ish");
    s.tlbi("vmalle1is", 0);
    s.dsb("ish");
    s.isb();
    s.fill(guest_root + (level + 1) * kib4);
  }
  s.tlbi("vmalls12e1is", 0);
  s.dsb("ish");
  s.name(host_root);
  s.fill(guest_root);
  s.unlock(guest_lock);
  s.eret();
}

constexpr std::string_view by_hand = "written as another hypervisor would record it";
constexpr std::array<Scenario, 8> all = {{
    {"good_foreign_pages", "8-bit VMIDs, two CPUs, no locks; a page comes, is made read-only and goes", small_guest,
     by_hand},
    {"good_foreign_ranges", "pages and a block go by a range of IPAs", ranges, by_hand},
    {"good_foreign_blocks", "a table becomes a block of 2 MiB and again a table", blocks, by_hand},
    {"good_foreign_move", "a page goes from one guest to the other with a message", move, by_hand},
    {"good_foreign_rollover", "two guests exchange their VMIDs", rollover, by_hand},
    {"good_foreign_donate", "16-bit VMIDs, a stage-2 of the host; a page goes from the host through two guests",
     large_donate, by_hand},
    {"good_foreign_share", "a guest shares its page with the host for a while", large_share, by_hand},
    {"good_foreign_teardown", "a guest's tables are taken down one by one", large_teardown, by_hand},
}};

}  // namespace

std::span<const Scenario> foreign_scenarios() { return all; }

}  // namespace bulkhead::test
