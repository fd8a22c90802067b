#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/tool.hpp"

namespace bulkhead::test {

/// What a run of the tool left behind.
struct Ran {
  int status;
  std::string out;
  std::string err;
};

/// Runs the tool in this process.
inline Ran run_tool(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  cli::Io io{in, out, err};
  const int status = cli::run(arguments, io);
  return {status, out.str(), err.str()};
}

}  // namespace bulkhead::test
