#pragma once

#include <cstdint>
#include <string>

namespace bulkhead::refine {

/// What cvc5 says of a text.
struct Cvc5Answer {
  enum class Says : uint8_t {
    unsat,
    sat,
    unknown,  ///< out of time, or interrupted
    nonsense  ///< it crashed, or said something else: nothing it says can be relied on
  } says = Says::nonsense;
  std::string reason;  ///< why it is neither unsat nor sat
  double seconds = 0;
};

/// Gives a text in SMT-LIB 2, with one `(check-sat)`, to the program `cvc5` on PATH. Never throws for what that does.
Cvc5Answer ask_cvc5(const std::string& text, unsigned timeout_seconds);

/// The version of that program, such as "1.0.3". Throws `Error` with what to install if there is none, or if it does
/// not say its version.
std::string cvc5_version();

}  // namespace bulkhead::refine
