#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "refine/counterexample.hpp"

namespace bulkhead::cli {

/// Short names for what a counterexample speaks of: F1, F2, … for its frames, A, B, … for its compartments. Those that
/// the call names come first, then those that it touches, then the rest by number.
class DrawingNames {
 public:
  explicit DrawingNames(const refine::Counterexample& counterexample);

  /// Those that have names, in the order of the names.
  const std::vector<uint64_t>& frames() const { return frame_order_; }
  const std::vector<uint64_t>& compartments() const { return compartment_order_; }

  /// `F2`, or the address of a frame without a name.
  std::string frame(uint64_t number) const;
  /// `F2 = 0x40081000`.
  std::string frame_in_full(uint64_t number) const;
  /// `A`, `the host`, or the id in words.
  std::string compartment(uint64_t id) const;
  /// `A = compartment 1`, or `the host`.
  std::string compartment_in_full(uint64_t id) const;
  /// `F2[5]`.
  std::string word(uint64_t frame, uint64_t index) const;

 private:
  std::vector<uint64_t> frame_order_;
  std::vector<uint64_t> compartment_order_;
  std::map<uint64_t, std::string> frames_;
  std::map<uint64_t, std::string> compartments_;
};

}  // namespace bulkhead::cli
