#pragma once

#include "cli/command.hpp"

namespace bulkhead::cli {

/// A line that says how far a long run is, on a terminal only. It is gone when the tally is.
class Tally {
 public:
  explicit Tally(Io& io) : io_(io) {}
  ~Tally() { clear(); }
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  /// Replaces the line.
  void show(const std::string& text) const {
    if (io_.progress) { io_.err << "\r\x1b[K" << text << std::flush; }
  }
  /// Takes the line away.
  void clear() const { show(""); }

 private:
  Io& io_;
};

}  // namespace bulkhead::cli
