#include <rapidcheck.h>

#include <sstream>

#include "model/trace_reader.hpp"
#include "model/trace_steps.hpp"
#include "model/trace_writer.hpp"
#include "tests/catch.hpp"
#include "tests/model/compress.hpp"

namespace bulkhead::trace {
namespace {

struct Trace {
  Header header;
  std::vector<Event> events;
  friend bool operator==(const Trace&, const Trace&) = default;
};

std::string write(const Trace& trace) {
  std::ostringstream out;
  Writer writer(out, trace.header);
  for (const Event& event : trace.events) { writer.write(event); }
  return out.str();
}

Trace read(const std::string& bytes) {
  std::istringstream in(bytes);
  Reader reader(in, "f");
  Trace trace{reader.header(), {}};
  Event event;
  while (reader.next(event)) { trace.events.push_back(event); }
  return trace;
}

uint64_t arbitrary_word() {
  return *rc::gen::oneOf(rc::gen::arbitrary<uint64_t>(), rc::gen::element<uint64_t>(0, 1, 0x40081000, ~uint64_t{0}));
}

std::string arbitrary_text() { return *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)); }

CallEvent arbitrary_call(const MachineDescription& machine) {
  CallEvent event;
  event.cpu = Cpu<Concrete>(*rc::gen::inRange<uint64_t>(0, machine.cpus));
  const CallRow& row = *rc::gen::elementOf(calls);
  event.call = row.call;
  event.arguments.caller = CompartmentId<Concrete>(*rc::gen::element<uint64_t>(0, 0, 1, 65535));
  for (size_t i = 0; i < row.inputs.size(); ++i) { event.arguments.words[i] = Word<Concrete>(arbitrary_word()); }
  event.result.status = *rc::gen::element(Status::ok, Status::ok, Status::bad_state, Status::unsupported);
  if (event.result.status != Status::ok) { return event; }
  for (size_t i = 0; i < row.outputs.size(); ++i) { event.result.outputs[i] = Word<Concrete>(arbitrary_word()); }
  return event;
}

Field arbitrary_field(const FieldForm& form) {
  if (form.kind != FieldForm::Kind::name) { return {std::string(form.key), arbitrary_word()}; }
  const std::string any = arbitrary_text();
  return {std::string(form.key), form.names.empty() ? any : std::string(form.names[any.size() % form.names.size()])};
}

AccessEvent arbitrary_access(const MachineDescription& machine) {
  AccessEvent event;
  event.cpu = Cpu<Concrete>(*rc::gen::inRange<uint64_t>(0, machine.cpus));
  event.caller = CompartmentId<Concrete>(*rc::gen::element<uint64_t>(0, 1, 65535));
  event.kind = *rc::gen::element(AccessKind::load, AccessKind::store);
  event.ipa = Ipa<Concrete>(arbitrary_word() & ~uint64_t{7});
  event.value = Word<Concrete>(arbitrary_word());
  if (*rc::gen::arbitrary<bool>()) {
    event.fault = *rc::gen::element(AccessFault::translation, AccessFault::permission);
  }
  return event;
}

StepEvent arbitrary_step(const MachineDescription& machine) {
  StepEvent event;
  if (*rc::gen::arbitrary<bool>()) { event.cpu = Cpu<Concrete>(*rc::gen::inRange<uint64_t>(0, machine.cpus)); }
  const size_t which = *rc::gen::inRange<size_t>(0, step_forms().size() + 1);
  if (which == step_forms().size()) {
    event.kind = StepKind::exit;
    event.name = arbitrary_text();
    event.fields = {{"b", arbitrary_word()}, {"a\"", arbitrary_word()}};
    return event;
  }
  const StepForm& form = step_forms()[which];
  event.kind = form.kind;
  event.name = form.name;
  for (const FieldForm& field : form.fields) {
    if (field.required || *rc::gen::arbitrary<bool>()) { event.fields.push_back(arbitrary_field(field)); }
  }
  return event;
}

Header arbitrary_header() {
  Header header;
  const auto page = [](uint64_t n) { return n << page_shift; };
  const uint64_t first = *rc::gen::inRange<uint64_t>(0x10000, 0x20000);
  header.machine.ram = {{page(first), page(first + 0x1000)}, {page(first + 0x1800), page(first + 0x4000)}};
  header.machine.cpus = *rc::gen::inRange(1U, 100U);
  header.machine.list_registers = *rc::gen::inRange(1U, 17U);
  if (*rc::gen::arbitrary<bool>()) { header.machine.engine_devices = {{page(first + 0x1000), page(first + 0x1001)}}; }
  header.source = arbitrary_text();
  if (*rc::gen::arbitrary<bool>()) {
    header.expectation = Expectation{*rc::gen::element<uint64_t>(0, 2, 77), {}};
    if (header.expectation->diverges_at == 77) { header.expectation->rule = arbitrary_text(); }
  }
  return header;
}

Trace arbitrary_trace() {
  Trace trace{arbitrary_header(), {}};
  const size_t count = *rc::gen::inRange<size_t>(0, 20);
  const bool numbered = *rc::gen::arbitrary<bool>();
  for (size_t i = 0; i < count; ++i) {
    Event event;
    if (numbered) { event.n = 3 * i; }
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        event.what = arbitrary_call(trace.header.machine);
        break;
      case 1:
        event.what = arbitrary_access(trace.header.machine);
        break;
      default:
        event.what = arbitrary_step(trace.header.machine);
    }
    trace.events.push_back(event);
  }
  return trace;
}

TEST_CASE("reading gives what was written, plain or compressed") {
  CHECK(rc::check([] {
    const Trace trace = arbitrary_trace();
    const std::string text = write(trace);
    RC_ASSERT(read(text) == trace);
    RC_ASSERT(read(test::gzip(text)) == trace);
    RC_ASSERT(read(test::zstd(text)) == trace);
    RC_ASSERT(write(read(text)) == text);
  }));
}

Event page_unmap_event() {
  CallEvent call;
  call.cpu = Cpu<Concrete>(2);
  call.call = Call::page_unmap;
  call.arguments.words = {Word<Concrete>(1), Word<Concrete>(0x4000)};
  call.result = Result<Concrete>(Word<Concrete>(0x40081000));
  return {7, call};
}

TEST_CASE("a call is written as the call table says") {
  Event event = page_unmap_event();
  CHECK(
      text_of(event) ==
      R"({"n":7,"cpu":2,"call":"page_unmap","args":{"cid":1,"ipa":"0x4000"},"status":"ok","out":{"pa":"0x40081000"}})");
  auto& call = std::get<CallEvent>(event.what);
  call.arguments.caller = CompartmentId<Concrete>(3);
  call.result = Status::denied;
  event.n.reset();
  CHECK(text_of(event) ==
        R"({"cpu":2,"caller":3,"call":"page_unmap","args":{"cid":1,"ipa":"0x4000"},"status":"denied"})");
}

TEST_CASE("a call is said in words") {
  const CallEvent call = std::get<CallEvent>(page_unmap_event().what);
  CHECK(in_words(call.call, call.arguments) == "page_unmap(cid=1, ipa=0x4000)");
  CHECK(in_words(call.call, call.result) == "ok, pa=0x40081000");
  CHECK(in_words(call.call, Result<Concrete>(Status::no_such)) == "no_such");
  Arguments<Concrete> by_compartment = call.arguments;
  by_compartment.caller = CompartmentId<Concrete>(9);
  CHECK(in_words(call.call, by_compartment) == "page_unmap(cid=1, ipa=0x4000) by compartment 9");
}

TEST_CASE("an access is said in words") {
  AccessEvent access{Cpu<Concrete>(1),      CompartmentId<Concrete>(2), AccessKind::store,
                     Ipa<Concrete>(0x4000), Word<Concrete>(7),          {}};
  CHECK(text_of({{}, access}) == R"({"cpu":1,"caller":2,"guest":"store","ipa":"0x4000","value":"0x7"})");
  CHECK(in_words(access) == "store of 0x7 at ipa 0x4000 by compartment 2");
  CHECK(outcome_in_words(access) == "done");
  access.kind = AccessKind::load;
  access.caller = CompartmentId<Concrete>(0);
  CHECK(in_words(access) == "load at ipa 0x4000 by the host");
  CHECK(outcome_in_words(access) == "0x7");
  access.fault = AccessFault::permission;
  CHECK(outcome_in_words(access) == "permission fault");
  CHECK(text_of({{}, access}) == R"({"cpu":1,"guest":"load","ipa":"0x4000","fault":"permission"})");
}

TEST_CASE("the examples of the format are read") {
  const Trace trace = read(
      R"({"schema":"bulkhead-trace/1","machine":{"ram":[["0x40000000","0x80000000"]],"cpus":4,"list_registers":4},"source":"x"}
{"cpu":0,"call":"page_map","args":{"cid":1,"ipa":"0x4000","pa":"0x40081000"},"status":"ok","out":{}}
{"cpu":1,"exit":"mmio","out":{"ipa":"0x9000"}}
{"cpu":1,"guest":"load","ipa":"0x4000","value":"0x0"}
{"cpu":1,"guest":"load","ipa":"0x4000","fault":"translation"}
{"irq":"raise","intid":40}
{"cpu":0,"effect":"store","pa":"0x40001008","value":"0x1","order":"release"}
{"effect":"dsb","domain":"ishst"}
{"effect":"isb"}
{"effect":"tlbi","op":"ipas2e1is","value":"0x4"}
{"effect":"msr","register":"vttbr_el2","value":"0x40001000"}
{"effect":"lock","address":"0x40001000"}
{"effect":"dc","op":"civac","value":"0x40001000"}
{"effect":"ic","op":"iallu"}
{"effect":"eret"}
{"effect":"exception"}
{"effect":"share","vmid":1,"pa":"0x40005000"}
)");
  REQUIRE(trace.events.size() == 16);
  CHECK(trace.header == Header{{}, "x", {}});
  const auto& call = std::get<CallEvent>(trace.events[0].what);
  CHECK(in_words(call.call, call.arguments) == "page_map(cid=1, ipa=0x4000, pa=0x40081000)");
  const auto& irq = std::get<StepEvent>(trace.events[4].what);
  CHECK(irq == StepEvent{StepKind::irq, {}, "raise", {{"intid", uint64_t{40}}}});
}

}  // namespace
}  // namespace bulkhead::trace
