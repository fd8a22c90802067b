#pragma once

#include <utility>
#include <vector>

#include "model/trace.hpp"

/// What edits do to the events of a good trace. Lines are those of the trace; the header is line 1.
namespace bulkhead::test {

using Events = std::vector<trace::Event>;

inline void drop(Events& events, size_t line) { events.erase(events.begin() + static_cast<std::ptrdiff_t>(line - 2)); }

inline void repeat(Events& events, size_t line) {
  const trace::Event again = events.at(line - 2);
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(line - 1), again);
}

inline void swap_with_next(Events& events, size_t line) { std::swap(events.at(line - 2), events.at(line - 1)); }

/// What stands under the key of an effect becomes something else: a word or a name.
inline void set_field(Events& events, size_t line, std::string_view key, std::variant<uint64_t, std::string> value) {
  for (trace::Field& field : std::get<trace::StepEvent>(events.at(line - 2).what).fields) {
    if (field.key == key) { field.value = value; }
  }
}

/// The effect happens on another CPU.
inline void set_cpu(Events& events, size_t line, uint64_t cpu) {
  std::get<trace::StepEvent>(events.at(line - 2).what).cpu = Cpu<Concrete>(cpu);
}

}  // namespace bulkhead::test
