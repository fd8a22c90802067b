#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hw/par.hpp"
#include "model/json.hpp"

/// One line of input of `bulkhead walk`: registers, tables and questions.
namespace bulkhead::cli {

struct WalkQuery {
  Ipa<Concrete> address;
  hw::AccessKind kind;
};

/// The words of memory that a case names; every other word is zero.
class SparseMemory {
 public:
  /// False if the word is there already.
  bool add(uint64_t pa, uint64_t word) { return words_.emplace(pa, word).second; }
  Word<Concrete> operator()(Pa<Concrete> pa) const;

 private:
  std::unordered_map<uint64_t, uint64_t> words_;  ///< by physical address
};

struct WalkCase {
  std::string id;
  hw::Registers registers;
  hw::Features features;
  SparseMemory memory;
  std::vector<WalkQuery> queries;
};

/// `r1 w1 r0 w0`: EL1/EL0 read/write.
std::string_view name_of(hw::AccessKind kind);

/// Reads a case. Throws `Error` if it is malformed.
WalkCase read_walk_case(json::Value value);

}  // namespace bulkhead::cli
