#include "model/trace.hpp"

namespace bulkhead::trace {
namespace {

/// The outputs that the call has, if it has any.
bool same_outputs(Call call, const Result<Concrete>& a, const Result<Concrete>& b) {
  const size_t count = a.status == Status::ok ? row_of(call).outputs.size() : 0;
  for (size_t i = 0; i < count; ++i) {
    if (raw(a.outputs[i]) != raw(b.outputs[i])) { return false; }
  }
  return true;
}

bool same_arguments(Call call, const Arguments<Concrete>& a, const Arguments<Concrete>& b) {
  for (size_t i = 0; i < row_of(call).inputs.size(); ++i) {
    if (raw(a.words[i]) != raw(b.words[i])) { return false; }
  }
  return raw(a.caller) == raw(b.caller);
}

std::optional<uint64_t> number(const std::optional<Cpu<Concrete>>& cpu) {
  return cpu ? std::optional(raw(*cpu)) : std::nullopt;
}

}  // namespace

bool operator==(const CallEvent& a, const CallEvent& b) {
  return raw(a.cpu) == raw(b.cpu) && a.call == b.call && same_arguments(a.call, a.arguments, b.arguments) &&
         a.result.status == b.result.status && same_outputs(a.call, a.result, b.result);
}

bool operator==(const AccessEvent& a, const AccessEvent& b) {
  const bool has_value = a.kind == AccessKind::store || !a.fault;
  return raw(a.cpu) == raw(b.cpu) && raw(a.caller) == raw(b.caller) && a.kind == b.kind && raw(a.ipa) == raw(b.ipa) &&
         a.fault == b.fault && (!has_value || raw(a.value) == raw(b.value));
}

bool operator==(const StepEvent& a, const StepEvent& b) {
  return a.kind == b.kind && number(a.cpu) == number(b.cpu) && a.name == b.name && a.fields == b.fields;
}

}  // namespace bulkhead::trace
