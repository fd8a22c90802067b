#include "model/trace_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "model/json.hpp"
#include "model/trace_steps.hpp"

namespace bulkhead::trace {
namespace {

bool is_written_in_hexadecimal(Kind kind) {
  switch (kind) {
    case Kind::pa:
    case Kind::ipa:
    case Kind::bits:
      return true;
    case Kind::compartment:
    case Kind::level:
    case Kind::vcpu:
    case Kind::count:
    case Kind::flag:
      return false;
  }
  return true;
}

std::string address(uint64_t number) { return fmt::format("\"{:#x}\"", number); }

/// The object of the parameters' words.
template <size_t capacity>
std::string object(const Parameters<capacity>& parameters, const std::array<Word<Concrete>, capacity>& words) {
  std::vector<std::string> members;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const uint64_t word = raw(words[i]);
    const bool hexadecimal = is_written_in_hexadecimal(parameters[i].kind);
    members.push_back(
        fmt::format("\"{}\":{}", parameters[i].name, hexadecimal ? address(word) : fmt::format("{}", word)));
  }
  return fmt::format("{{{}}}", fmt::join(members, ","));
}

/// Who makes a call or an access, unless it is the host.
std::string caller_member(CompartmentId<Concrete> caller) {
  return raw(caller) == 0 ? "" : fmt::format(",\"caller\":{}", raw(caller));
}

std::string members(const CallEvent& event) {
  const CallRow& row = row_of(event.call);
  std::string text = fmt::format("\"cpu\":{}", raw(event.cpu));
  text += caller_member(event.arguments.caller);
  text += fmt::format(",\"call\":\"{}\",\"args\":{}", row.name, object(row.inputs, event.arguments.words));
  text += fmt::format(",\"status\":\"{}\"", name_of(event.result.status));
  if (event.result.status == Status::ok && row.outputs.size() != 0) {
    text += ",\"out\":" + object(row.outputs, event.result.outputs);
  }
  return text;
}

std::string members(const AccessEvent& event) {
  std::string text = fmt::format("\"cpu\":{}", raw(event.cpu));
  text += caller_member(event.caller);
  text += fmt::format(",\"guest\":\"{}\",\"ipa\":{}", access_names[static_cast<size_t>(event.kind)],
                      address(raw(event.ipa)));
  if (event.kind == AccessKind::store || !event.fault) {
    text += fmt::format(",\"value\":{}", address(raw(event.value)));
  }
  if (event.fault) { text += fmt::format(",\"fault\":\"{}\"", fault_names[static_cast<size_t>(*event.fault)]); }
  return text;
}

std::string member(const Field& field, FieldForm::Kind kind) {
  const auto* word = std::get_if<uint64_t>(&field.value);
  const std::string value = word == nullptr                   ? json::quoted(std::get<std::string>(field.value))
                            : kind == FieldForm::Kind::number ? fmt::format("{}", *word)
                                                              : address(*word);
  return fmt::format("{}:{}", json::quoted(field.key), value);
}

/// How the field of a step is written; those of an `exit` are addresses.
FieldForm::Kind kind_of(const StepEvent& event, const Field& field) {
  if (const auto form = step_form(event.kind, event.name)) {
    for (const FieldForm& known : form->fields) {
      if (known.key == field.key) { return known.kind; }
    }
  }
  return FieldForm::Kind::address;
}

std::string members(const StepEvent& event) {
  std::vector<std::string> list;
  if (event.cpu) { list.push_back(fmt::format("\"cpu\":{}", raw(*event.cpu))); }
  list.push_back(fmt::format("\"{}\":{}", step_names[static_cast<size_t>(event.kind)], json::quoted(event.name)));
  std::vector<std::string> fields;
  for (const Field& field : event.fields) { fields.push_back(member(field, kind_of(event, field))); }
  if (event.kind == StepKind::exit) { fields = {fmt::format("\"out\":{{{}}}", fmt::join(fields, ","))}; }
  list.insert(list.end(), fields.begin(), fields.end());
  return fmt::format("{}", fmt::join(list, ","));
}

std::string ranges(const std::vector<AddressRange>& list) {
  std::vector<std::string> texts;
  for (const AddressRange& range : list) {
    texts.push_back(fmt::format("[{},{}]", address(range.first), address(range.end)));
  }
  return fmt::format("[{}]", fmt::join(texts, ","));
}

std::string text_of(const MachineDescription& machine) {
  std::string text = fmt::format(R"({{"ram":{},"cpus":{},"list_registers":{})", ranges(machine.ram), machine.cpus,
                                 machine.list_registers);
  if (machine.engine_devices != MachineDescription{}.engine_devices) {
    text += ",\"engine_devices\":" + ranges(machine.engine_devices);
  }
  return text + "}";
}

std::string text_of(const Expectation& expectation) {
  if (expectation.diverges_at == 0) { return "\"conforms\""; }
  const std::string rule = expectation.rule.empty() ? "" : ",\"rule\":" + json::quoted(expectation.rule);
  return fmt::format("{{\"diverges\":{}{}}}", expectation.diverges_at, rule);
}

std::string text_of(const Header& header) {
  std::string text = fmt::format(R"({{"schema":"{}","machine":{},"source":{})", schema, text_of(header.machine),
                                 json::quoted(header.source));
  if (header.expectation) { text += ",\"expect\":" + text_of(*header.expectation); }
  return text + "}";
}

}  // namespace

Writer::Writer(std::ostream& out, const Header& header) : out_(out) { out_ << text_of(header) << '\n'; }

void Writer::write(const Event& event) { out_ << text_of(event) << '\n'; }

std::string text_of(const Header& header, const std::vector<Deed>& deeds) {
  std::ostringstream text;
  Writer writer(text, header);
  for (const Deed& deed : deeds) {
    std::visit([&writer](const auto& what) { writer.write({{}, what}); }, deed);
  }
  return text.str();
}

std::string text_of(const Event& event) {
  const std::string n = event.n ? fmt::format("\"n\":{},", *event.n) : "";
  return "{" + n + std::visit([](const auto& what) { return members(what); }, event.what) + "}";
}

std::string in_words(const Parameter& parameter, Word<Concrete> word) {
  return is_written_in_hexadecimal(parameter.kind) ? fmt::format("{}={:#x}", parameter.name, raw(word))
                                                   : fmt::format("{}={}", parameter.name, raw(word));
}

std::string in_words(CompartmentId<Concrete> id) {
  return raw(id) == 0 ? "the host" : fmt::format("compartment {}", raw(id));
}

std::string in_words(Call call, const Arguments<Concrete>& arguments) {
  const CallRow& row = row_of(call);
  std::vector<std::string> list;
  for (size_t i = 0; i < row.inputs.size(); ++i) { list.push_back(in_words(row.inputs[i], arguments.words[i])); }
  const std::string caller = raw(arguments.caller) == 0 ? "" : " by " + in_words(arguments.caller);
  return fmt::format("{}({}){}", row.name, fmt::join(list, ", "), caller);
}

std::string in_words(const AccessEvent& event) {
  const bool is_store = event.kind == AccessKind::store;
  const std::string what = is_store ? fmt::format("store of {:#x}", raw(event.value)) : "load";
  return fmt::format("{} at ipa {:#x} by {}", what, raw(event.ipa), in_words(event.caller));
}

std::string outcome_in_words(const AccessEvent& event) {
  if (event.fault) { return fmt::format("{} fault", fault_names[static_cast<size_t>(*event.fault)]); }
  return event.kind == AccessKind::store ? "done" : fmt::format("{:#x}", raw(event.value));
}

std::string in_words(Call call, const Result<Concrete>& result) {
  const CallRow& row = row_of(call);
  std::string text(name_of(result.status));
  if (result.status != Status::ok) { return text; }
  for (size_t i = 0; i < row.outputs.size(); ++i) { text += ", " + in_words(row.outputs[i], result.outputs[i]); }
  return text;
}

}  // namespace bulkhead::trace
