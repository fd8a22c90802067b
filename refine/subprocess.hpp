#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::refine {

/// How another program ended.
struct Ended {
  enum class How : uint8_t {
    exited,    ///< by itself, with `status`
    killed,    ///< by the signal `status`
    too_long,  ///< it was still running when its time was up, and was killed
    too_much   ///< it wrote more than anyone reads, and was killed
  } how = How::exited;
  int status = 0;
  std::string output;  ///< what it wrote, standard error included; no more than about 64 KiB of it
};

/// Runs a program that is found on PATH, with `input` on its standard input, and waits until it ends or the
/// longest time is over. It dies with this process. Throws
/// `std::system_error` if it cannot be started; its code is `ENOENT` if there is none.
Ended run_program(const std::vector<std::string>& words, const std::string& input, std::chrono::milliseconds longest);

}  // namespace bulkhead::refine
