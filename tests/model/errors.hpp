#pragma once

#include <string>

#include "model/error.hpp"

namespace bulkhead::test {

/// The line of the `Error` that the action throws; "no error" if it throws none.
template <class Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) { return error.what(); }
  return "no error";
}

}  // namespace bulkhead::test
