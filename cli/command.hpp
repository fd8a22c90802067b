#pragma once

#include <istream>
#include <ostream>

// NOLINTNEXTLINE(readability-identifier-naming): named by CLI11
namespace CLI {
class App;
}

/// What every command is made of. A command is declared by a function `add_NAME(app, io, exit)` in a
/// file of its own: it gives the application a subcommand with its options, which, when it is given,
/// does its work and leaves its verdict in `exit`. Bad input is thrown as `Error`.
namespace bulkhead::cli {

/// What a command reads and writes; tests give it strings.
struct Io {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool progress = false;  ///< `err` is a terminal that may show a progress bar
  bool color = false;     ///< `out` is a terminal that may show colour
};

/// The exit status of the tool.
enum class Exit : int {
  holds = 0,      ///< what was asked is so
  violated = 1,   ///< a refutation, a divergence, a witness
  bad_input = 2,  ///< bad usage or bad input
  undecided = 3,  ///< unknown, out of resources, something missing, a fault of the tool itself
};

}  // namespace bulkhead::cli
