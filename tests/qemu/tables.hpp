#pragma once

#include <map>
#include <vector>

#include "tests/qemu/protocol.hpp"
#include "tests/qemu/setting.hpp"

namespace bulkhead::qemu {

/// Tables of one case, grown by chains: a chain leads from the base through tables to one entry, of any kind, at a
/// level chosen beforehand. Chains share tables where their addresses do.
class Tables {
 public:
  Tables(Random& random, const Setting& setting);

  /// Grows a chain and returns an input address that it translates.
  uint64_t add_chain();
  /// The base of the initial table for VTTBR_EL2, sometimes with bits that its size leaves no room for.
  uint64_t vttbr() const { return vttbr_; }
  std::vector<Entry> words() const;

 private:
  uint64_t random_address();
  uint64_t with_same_indices();
  uint64_t index_at(uint64_t address, int level) const;
  uint64_t random_table(unsigned align_bits);
  uint64_t next_table(uint64_t entry);
  uint64_t table_entry(uint64_t table);
  uint64_t last_entry(int level);
  uint64_t leaf(unsigned type, int level);
  uint64_t random_output();
  uint64_t astray(uint64_t table);

  Random& random_;
  const Setting& setting_;
  std::map<uint64_t, uint64_t> words_;  ///< by address
  std::map<uint64_t, uint64_t> next_;   ///< the table that the entry at the address leads to
  std::vector<uint64_t> addresses_;     ///< of the chains so far
  uint64_t base_ = 0;
  uint64_t vttbr_ = 0;
};

}  // namespace bulkhead::qemu
