#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "hw/known_memory.hpp"
#include "hw/stage2.hpp"

/// Which frames hold the tables of which stage-2, as VTTBR_EL2 and the entries tell. Tables of 4 KiB.
namespace bulkhead::hw {

/// A stage-2: what one value of VTTBR_EL2 leads to.
struct Tree {
  uint64_t vmid = 0;
  uint64_t root = 0;     ///< address of the initial table
  bool is_named = true;  ///< the VMID was not given to another one since
};
using TreeId = uint64_t;  ///< never used again

/// A frame of a translation table. An initial table may be smaller than a frame, or of several.
struct Table {
  TreeId tree = 0;
  unsigned level = 0;
  uint64_t base = 0;         ///< the page that its first entry serves
  uint64_t first_index = 0;  ///< of the entries that belong to it
  uint64_t entries = entries_per_table;
};

/// An entry of a table that is known.
struct EntryPlace {
  TreeId tree = 0;
  unsigned level = 0;
  uint64_t page = 0;     ///< the first that it serves
  uint64_t address = 0;  ///< of the entry
};

class Stage2Tables {
 public:
  /// A stage-2 that was not removed.
  const Tree& tree(TreeId id) const { return trees_.at(id); }
  const Table* table(uint64_t frame) const;
  /// Where in which stage-2 the word of a frame is; nothing if it is no entry.
  std::optional<EntryPlace> entry(uint64_t frame, uint64_t index) const;
  std::optional<TreeId> with_root(uint64_t root) const;
  std::optional<TreeId> with_vmid(uint64_t vmid) const;

  /// A new stage-2 that has the VMID from now on.
  TreeId add_tree(uint64_t vmid, uint64_t root);
  /// Gives a stage-2 a VMID, which no other one has any more.
  void name(TreeId id, uint64_t vmid);
  /// Nothing leads to the stage-2 any more.
  void remove_tree(TreeId id);
  void add_table(uint64_t frame, const Table& table) { tables_.insert_or_assign(frame, table); }
  void remove_table(uint64_t frame) { tables_.erase(frame); }

  /// The frames of tables among those that an entry of the level spans; the first such, if any.
  std::optional<uint64_t> table_within(uint64_t first, unsigned level) const;

  /// Whether no entry of the stage-2 maps a page, as far as memory is known: false where a word is not.
  bool is_known_unmapped(TreeId id, uint64_t page, const KnownMemory& memory) const;

 private:
  std::unordered_map<TreeId, Tree> trees_;
  TreeId next_ = 0;
  std::unordered_map<uint64_t, Table> tables_;  ///< by frame
  std::unordered_map<uint64_t, TreeId> by_root_;
  std::unordered_map<uint64_t, TreeId> by_vmid_;
};

/// An entry of a stage-2 that has the VMID, in words.
std::string in_words(const EntryPlace& entry, uint64_t vmid);

/// The initial table of a stage-2 frame by frame, the first at `root`.
std::vector<Table> initial_tables(TreeId tree, const Stage2& stage2, uint64_t root);

}  // namespace bulkhead::hw
