#include <unistd.h>

#include <iostream>

#include "cli/tool.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  bulkhead::cli::Io io{std::cin, std::cout, std::cerr, isatty(STDERR_FILENO) == 1};
  const int status = bulkhead::cli::run({argv + 1, argv + argc}, io);
  std::cout.flush();
  if (std::cout.good()) { return status; }
  // A verdict that nobody could read is none.
  std::cerr << "bulkhead: standard output cannot be written\n";
  return static_cast<int>(bulkhead::cli::Exit::undecided);
}
