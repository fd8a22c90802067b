#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "model/trace.hpp"

/// The form of every event that is neither a call nor an access.
namespace bulkhead::trace {

struct FieldForm {
  enum class Kind : uint8_t {
    address,  ///< a 64-bit word, written in hexadecimal
    number,   ///< a 64-bit word, written as a number
    name,     ///< one of `names`, or any if there are none
  };
  std::string_view key;
  Kind kind = Kind::address;
  std::span<const std::string_view> names{};
  bool required = true;
};

struct StepForm {
  StepKind kind;
  std::string_view name;
  std::span<const FieldForm> fields;
};

/// All forms; an `exit` has any name and no form.
std::span<const StepForm> step_forms();

/// The form of that kind and name, if there is one.
std::optional<StepForm> step_form(StepKind kind, std::string_view name);

}  // namespace bulkhead::trace
