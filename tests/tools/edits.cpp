#include "tests/tools/edits.hpp"

#include <array>

#include "tests/tools/line_edits.hpp"

/// Lines are those of the good trace; the header is line 1.
namespace bulkhead::test {
namespace {

trace::CallEvent& call_at(Events& events, size_t line) { return std::get<trace::CallEvent>(events.at(line - 2).what); }

void set_status(Events& events, size_t line, Status status) { call_at(events, line).result.status = status; }

void set_output(Events& events, size_t line, uint64_t output) {
  call_at(events, line).result.outputs[0] = Word<Concrete>(output);
}

void set_argument(Events& events, size_t line, size_t input, uint64_t argument) {
  call_at(events, line).arguments.words.at(input) = Word<Concrete>(argument);
}

void set_caller(Events& events, size_t line, uint64_t caller) {
  call_at(events, line).arguments.caller = CompartmentId<Concrete>(caller);
}

/// The access does not fault.
void let_pass(Events& events, size_t line) { std::get<trace::AccessEvent>(events.at(line - 2).what).fault.reset(); }

/// The load gives the value.
void set_value(Events& events, size_t line, uint64_t value) {
  let_pass(events, line);
  std::get<trace::AccessEvent>(events.at(line - 2).what).value = Word<Concrete>(value);
}

constexpr std::array<Edit, 52> all = {{
    {"bad_boot_version", "good_boot", "line 2: another version", [](Events& e) { set_output(e, 2, 0x10001); }, 2},
    {"bad_boot_denied", "good_boot", "line 5: refused", [](Events& e) { set_status(e, 5, Status::denied); }, 5},
    {"bad_donate_twice", "good_donate", "line 6: a spare frame is donated",
     [](Events& e) { set_status(e, 6, Status::ok); }, 6},
    {"bad_donate_dropped", "good_donate", "line 4 left out", [](Events& e) { drop(e, 4); }, 5},
    {"bad_donate_wrong_pa", "good_donate", "line 3: another pa", [](Events& e) { set_argument(e, 3, 0, 0x40000000); },
     3},
    {"bad_donate_swapped", "good_donate", "lines 8 and 9 swapped", [](Events& e) { swap_with_next(e, 8); }, 9},
    {"bad_donate_engine_frame", "good_donate", "line 10: a frame of the engine is donated",
     [](Events& e) { set_status(e, 10, Status::ok); }, 10},
    {"bad_donate_misaligned", "good_donate", "line 15: the pa is misaligned",
     [](Events& e) { set_argument(e, 15, 0, 0x40000800); }, 15},
    {"bad_build_missing_table", "good_build", "line 12 left out", [](Events& e) { drop(e, 12); }, 12},
    {"bad_build_swapped", "good_build", "lines 13 and 14 swapped", [](Events& e) { swap_with_next(e, 13); }, 13},
    {"bad_build_prepared_late", "good_build", "line 23: prepared after activation",
     [](Events& e) { set_status(e, 23, Status::ok); }, 23},
    {"bad_build_wrong_id", "good_build", "line 20: another cid", [](Events& e) { set_argument(e, 20, 0, 2); }, 20},
    {"bad_build_wrong_level", "good_build", "line 12: another level", [](Events& e) { set_argument(e, 12, 2, 3); }, 12},
    {"bad_build_caller", "good_build", "line 21: by the compartment", [](Events& e) { set_caller(e, 21, 1); }, 21},
    {"bad_build_too_many_vcpus", "good_build", "line 10: 513 vCPUs", [](Events& e) { set_argument(e, 10, 2, 513); },
     10},
    {"bad_run_down_output", "good_run_down", "line 30: another pa comes back",
     [](Events& e) { set_output(e, 30, 0x40006000); }, 30},
    {"bad_run_down_not_stopped", "good_run_down", "line 26 left out", [](Events& e) { drop(e, 26); }, 26},
    {"bad_run_down_too_early", "good_run_down", "line 27: destroyed with tables left",
     [](Events& e) { set_status(e, 27, Status::ok); }, 27},
    {"bad_run_down_swapped", "good_run_down", "lines 31 and 32 swapped", [](Events& e) { swap_with_next(e, 31); }, 31},
    {"bad_run_down_twice", "good_run_down", "line 35 twice", [](Events& e) { repeat(e, 35); }, 36},
    {"bad_reuse_not_destroyed", "good_reuse", "line 21 left out", [](Events& e) { drop(e, 21); }, 21},
    {"bad_reuse_not_zeroed", "good_reuse", "line 31: the frame holds what the compartment stored",
     [](Events& e) { set_value(e, 31, 0xdead0000); }, 31},
    {"bad_two_same_frame", "good_two", "line 25: a frame of another compartment is mapped",
     [](Events& e) { set_status(e, 25, Status::ok); }, 25},
    {"bad_two_leak", "good_two", "line 30: the other compartment's word is read",
     [](Events& e) { set_value(e, 30, 1); }, 30},
    {"bad_two_stale", "good_two", "line 35: read through a stale translation", [](Events& e) { set_value(e, 35, 1); },
     35},
    {"bad_shared_written", "good_shared", "line 21: a read-only page is written", [](Events& e) { let_pass(e, 21); },
     21},
    {"bad_shared_donated", "good_shared", "line 24: a shared frame is donated",
     [](Events& e) { set_status(e, 24, Status::ok); }, 24},
    {"bad_shared_private_half", "good_shared", "line 15: an ipa of the private half",
     [](Events& e) { set_argument(e, 15, 1, 0x1000); }, 15},
    {"bad_contents_copied_late", "good_contents", "line 25: the page holds what the host stored after the load",
     [](Events& e) { set_value(e, 25, 0x5555); }, 25},
    {"bad_contents_not_zeroed", "good_contents", "line 32: the frame holds what the compartment stored",
     [](Events& e) { set_value(e, 32, 0x6666); }, 32},
    {"bad_contents_readable", "good_contents", "line 29: the host reads a private page",
     [](Events& e) { set_value(e, 29, 0x6666); }, 29},
    {"bad_edges_wrong_half", "good_edges", "line 33: a private page in the shared half",
     [](Events& e) { set_status(e, 33, Status::ok); }, 33},
    {"bad_ipa_states_replaced", "good_ipa_states", "line 19: a destroyed page is silently replaced",
     [](Events& e) { set_status(e, 19, Status::ok); }, 19},
    {"bad_ipa_states_forgotten", "good_ipa_states", "line 24: a table's pages are ram again",
     [](Events& e) { set_status(e, 24, Status::ok); }, 24},
    {"bad_folded_missing_page", "good_folded", "line 914 left out: one page of the run is not mapped",
     [](Events& e) { drop(e, 914); }, 1549},
    {"bad_folded_readable", "good_folded", "line 1554: the host reads a frame under the block",
     [](Events& e) { set_value(e, 1554, 0xabc); }, 1554},
    {"bad_folded_unmapped", "good_folded", "line 1555: a page is taken out of the block",
     [](Events& e) { set_status(e, 1555, Status::ok); }, 1555},
    {"bad_claimed_replaced", "good_claimed", "line 26: a page that is lost is replaced before it is claimed",
     [](Events& e) { set_status(e, 26, Status::ok); }, 26},
    {"bad_claimed_live", "good_claimed", "line 32: a page that is mapped is claimed",
     [](Events& e) { set_status(e, 32, Status::ok); }, 32},
    {"bad_page_shared_dropped", "good_page_shared", "line 39 left out", [](Events& e) { drop(e, 39); }, 39},
    {"bad_page_shared_donated", "good_page_shared", "line 44: a compartment's page is donated",
     [](Events& e) { set_status(e, 44, Status::ok); }, 44},
    {"bad_page_shared_kept", "good_page_shared", "line 49: the host reads what it is no longer let into",
     [](Events& e) { set_value(e, 49, 0x77); }, 49},
    {"bad_given_back_not_zeroed", "good_given_back", "line 43: the frame holds what the compartment stored",
     [](Events& e) { set_value(e, 43, 0x5ec2); }, 43},
    {"bad_given_back_mapped", "good_given_back", "line 44: a page is mapped where one was given back",
     [](Events& e) { set_status(e, 44, Status::ok); }, 44},
    {"bad_vcpus_twice", "good_vcpus", "line 16: a second vCPU of the same index",
     [](Events& e) { set_status(e, 16, Status::ok); }, 16},
    {"bad_vcpus_readable", "good_vcpus", "line 21: the host reads a register of a vCPU",
     [](Events& e) { set_value(e, 21, 0x40080000); }, 21},
    {"bad_vcpus_reclaimed", "good_vcpus", "line 23: the host gets a frame that holds registers",
     [](Events& e) { set_status(e, 23, Status::ok); }, 23},
    {"bad_vcpus_output", "good_vcpus", "line 28: another pa comes back",
     [](Events& e) { set_output(e, 28, 0x40001000); }, 28},
    {"bad_vcpus_late", "good_vcpus", "line 29: a vCPU is made of a compartment that runs",
     [](Events& e) { set_status(e, 29, Status::ok); }, 29},
    {"bad_vcpus_not_zeroed", "good_vcpus", "line 31: the frame holds what the vCPU had in PC",
     [](Events& e) { set_value(e, 31, ~uint64_t{0}); }, 31},
    {"bad_vcpus_left", "good_vcpus", "line 33: destroyed with a vCPU left",
     [](Events& e) { set_status(e, 33, Status::ok); }, 33},
    {"bad_refusals_order", "good_refusals", "line 112: the frame is looked at before the IPA's form",
     [](Events& e) { set_status(e, 112, Status::bad_state); }, 112},
}};

}  // namespace

const std::vector<Edit>& edits() {
  static const std::vector<Edit> both = [] {
    std::vector<Edit> list(all.begin(), all.end());
    list.insert(list.end(), effect_edits().begin(), effect_edits().end());
    return list;
  }();
  return both;
}

}  // namespace bulkhead::test
