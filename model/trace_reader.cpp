#include "model/trace_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/trace_steps.hpp"

namespace bulkhead::trace {
namespace {

std::vector<AddressRange> read_ranges(json::Value list) {
  std::vector<AddressRange> ranges;
  for (const json::Value pair : list.elements()) {
    std::vector<uint64_t> bounds;
    for (const json::Value bound : pair.elements()) { bounds.push_back(bound.number()); }
    if (bounds.size() != 2) { pair.fail(fmt::format("{} numbers: expected a range [first, end]", bounds.size())); }
    ranges.push_back({bounds[0], bounds[1]});
  }
  return ranges;
}

MachineDescription read_machine(json::Value value) {
  constexpr uint64_t any = ~0U;
  value.allow_only({"ram", "cpus", "list_registers", "engine_devices"});
  MachineDescription machine;
  machine.ram = read_ranges(value.at("ram"));
  machine.cpus = static_cast<unsigned>(value.at("cpus").number(0, any));
  machine.list_registers = static_cast<unsigned>(value.at("list_registers").number(0, any));
  if (const auto devices = value.find("engine_devices")) { machine.engine_devices = read_ranges(*devices); }
  if (const auto problem = machine.problem()) { value.fail("machine: " + *problem); }
  return machine;
}

Expectation read_expectation(json::Value value) {
  if (value.is_object()) {
    value.allow_only({"diverges", "rule"});
    Expectation expectation{value.at("diverges").number(2, ~uint64_t{0}), {}};
    if (const auto rule = value.find("rule")) { expectation.rule = rule->string(); }
    return expectation;
  }
  if (!value.is_string() || value.string() != "conforms") {
    value.fail_expecting("\"conforms\" or {\"diverges\": LINE}");
  }
  return {};
}

Header read_header(json::Value value) {
  // The schema first: of another one nothing else is known.
  const json::Value name = value.at("schema");
  if (name.string() != schema) { name.fail_expecting(json::quoted(schema)); }
  value.allow_only({"schema", "machine", "source", "expect"});
  Header header;
  header.machine = read_machine(value.at("machine"));
  if (const auto source = value.find("source")) { header.source = source->string(); }
  if (const auto expectation = value.find("expect")) { header.expectation = read_expectation(*expectation); }
  return header;
}

/// The words of an object that holds exactly the parameters.
template <size_t capacity>
std::array<Word<Concrete>, capacity> read_words(json::Value list, const Parameters<capacity>& parameters) {
  std::array<Word<Concrete>, capacity> words{};
  for (size_t i = 0; i < parameters.size(); ++i) { words[i] = Word<Concrete>(list.at(parameters[i].name).number()); }
  if (list.members().size() != parameters.size()) {
    std::vector<std::string_view> names;
    for (const Parameter& parameter : parameters) { names.push_back(parameter.name); }
    list.allow_only(names);
  }
  return words;
}

Cpu<Concrete> read_cpu(json::Value value, const MachineDescription& machine) {
  return Cpu<Concrete>(value.number(0, machine.cpus - 1));
}

/// Who makes a call or an access; the host if nothing is said.
CompartmentId<Concrete> read_caller(json::Value event) {
  const auto caller = event.find("caller");
  return CompartmentId<Concrete>(caller ? caller->number(0, low_mask(CompartmentId<Concrete>::width)) : 0);
}

/// The enumerator of the name, given the names in the order of the enumeration.
template <class E, size_t count>
E read_name(json::Value value, const std::array<std::string_view, count>& names) {
  const auto* found = std::find(names.begin(), names.end(), value.string());
  if (found == names.end()) { value.fail_expecting(fmt::format("one of {}", fmt::join(names, ", "))); }
  return static_cast<E>(found - names.begin());
}

Call read_call(json::Value value) {
  if (const auto call = call_named(value.string())) { return *call; }
  value.fail_expecting("the name of a call, as `bulkhead spec` lists them");
}

Result<Concrete> read_result(json::Value event, Call call) {
  Result<Concrete> result(read_name<Status>(event.at("status"), status_names));
  const auto& outputs = row_of(call).outputs;
  if (result.status == Status::ok && outputs.size() != 0) {
    result.outputs = read_words(event.at("out"), outputs);
  } else if (const auto out = event.find("out")) {
    out->allow_only({});
  }
  return result;
}

CallEvent read_call_event(json::Value event, const MachineDescription& machine) {
  event.allow_only({"n", "cpu", "caller", "call", "args", "status", "out"});
  CallEvent read;
  read.cpu = read_cpu(event.at("cpu"), machine);
  read.call = read_call(event.at("call"));
  read.arguments.caller = read_caller(event);
  read.arguments.words = read_words(event.at("args"), row_of(read.call).inputs);
  read.result = read_result(event, read.call);
  return read;
}

Field read_field(json::Value value, const FieldForm& form) {
  if (form.kind != FieldForm::Kind::name) { return {std::string(form.key), value.number()}; }
  const std::string_view name = value.string();
  const bool known = form.names.empty() || std::find(form.names.begin(), form.names.end(), name) != form.names.end();
  if (!known) { value.fail_expecting(fmt::format("one of {}", fmt::join(form.names, ", "))); }
  return {std::string(form.key), std::string(name)};
}

std::vector<Field> read_fields(json::Value event, StepKind kind, const StepForm& form) {
  constexpr size_t most_fields = 3;
  std::vector<Field> fields;
  std::array<std::string_view, 3 + most_fields> known = {"n", "cpu", step_names[static_cast<size_t>(kind)]};
  size_t count = 3;
  fields.reserve(form.fields.size());
  for (const FieldForm& field : form.fields) {
    known.at(count++) = field.key;
    const auto value = field.required ? event.at(field.key) : event.find(field.key);
    if (value) { fields.push_back(read_field(*value, field)); }
  }
  event.allow_only(std::span(known.data(), count));
  return fields;
}

std::vector<Field> read_exit(json::Value event) {
  event.allow_only({"n", "cpu", "exit", "out"});
  std::vector<Field> fields;
  if (const auto out = event.find("out")) {
    for (const json::Value member : out->members()) { fields.push_back({std::string(member.key()), member.number()}); }
  }
  return fields;
}

StepEvent read_step(json::Value event, StepKind kind, json::Value name, const MachineDescription& machine) {
  StepEvent step{.kind = kind, .cpu = {}, .name = std::string(name.string()), .fields = {}};
  if (const auto cpu = event.find("cpu")) { step.cpu = read_cpu(*cpu, machine); }
  if (kind == StepKind::exit) {
    step.fields = read_exit(event);
  } else if (const auto form = step_form(kind, step.name)) {
    step.fields = read_fields(event, kind, *form);
  } else {
    std::vector<std::string_view> names;
    for (const StepForm& known : step_forms()) {
      if (known.kind == kind) { names.push_back(known.name); }
    }
    name.fail_expecting(fmt::format("one of {}", fmt::join(names, ", ")));
  }
  return step;
}

AccessEvent read_access(json::Value event, const MachineDescription& machine) {
  event.allow_only({"n", "cpu", "caller", "guest", "ipa", "value", "fault"});
  AccessEvent read;
  read.cpu = read_cpu(event.at("cpu"), machine);
  read.caller = read_caller(event);
  read.kind = read_name<AccessKind>(event.at("guest"), access_names);
  const uint64_t ipa = event.at("ipa").number();
  if (ipa % sizeof(uint64_t) != 0) { event.at("ipa").fail_expecting("a multiple of 8"); }
  read.ipa = Ipa<Concrete>(ipa);
  if (const auto fault = event.find("fault")) { read.fault = read_name<AccessFault>(*fault, fault_names); }
  const auto value = event.find("value");
  if (value && read.kind == AccessKind::load && read.fault) { value->fail("expected either \"value\" or \"fault\""); }
  if (value || read.kind == AccessKind::store || !read.fault) {
    read.value = Word<Concrete>(event.at("value").number());
  }
  return read;
}

std::variant<CallEvent, AccessEvent, StepEvent> read_what(json::Value event, const MachineDescription& machine) {
  if (event.find("call")) { return read_call_event(event, machine); }
  if (event.find("guest")) { return read_access(event, machine); }
  for (size_t kind = 0; kind < step_names.size(); ++kind) {
    if (const auto name = event.find(step_names[kind])) {
      return read_step(event, static_cast<StepKind>(kind), *name, machine);
    }
  }
  event.fail(fmt::format("expected one of the keys call, guest, {}", fmt::join(step_names, ", ")));
}

}  // namespace

Reader::Reader(std::istream& in, std::string file) : lines_(in, std::move(file)) {
  std::string_view line;
  if (!lines_.next(line)) { throw Error({lines_.file(), 1}, "empty; expected the header of a trace"); }
  header_ = read_header(document_.parse(line, lines_.file(), lines_.line()));
}

bool Reader::next(Event& event) {
  std::string_view line;
  if (!lines_.next(line)) { return false; }
  const json::Value value = document_.parse(line, lines_.file(), lines_.line());
  event.n.reset();
  if (const auto n = value.find("n")) {
    event.n = n->number();
    if (last_n_ && *event.n <= *last_n_) { n->fail_expecting(fmt::format("a number above {}", *last_n_)); }
    last_n_ = event.n;
  }
  event.what = read_what(value, header_.machine);
  return true;
}

}  // namespace bulkhead::trace
