#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/concrete.hpp"
#include "refine/invariants.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {

/// A small concrete state made from a solver's model: what the model speaks of is taken from it, all
/// else is completed as quietly as can be (devices that nobody touches, empty tables, the host's own
/// tables as boot would lay them, for the states of the frames they map). Whether it is legal is checked, not assumed.
class ModelState {
 public:
  /// What every word of a table that the model does not speak of holds.
  enum class Filler : uint8_t { empty, as_first };

  ModelState(Session& session, const z3::model& model, Filler filler);

  impl::Engine<Concrete> concrete() const;
  HostTables<Concrete> concrete_host() const;
  /// The same state in the symbolic domain, as constants.
  impl::Engine<Symbolic> constants() const;
  HostTables<Symbolic> constant_host() const;
  /// One page under each entry of each table: between them they show all there is.
  std::shared_ptr<const std::vector<uint64_t>> sample_pages() const;

  /// A place where an invariant does not hold.
  struct Violation {
    size_t invariant;  ///< its place in invariants()
    Place<Concrete> place;
  };
  /// All invariants at every place that differs from the quiet rest, and at samples of the rest.
  std::vector<Violation> violations() const;

  /// The value of a field at a key: the model's, or the completion's.
  uint64_t value(const std::string& field, const std::vector<uint64_t>& key) const;
  /// Frames that the model or the completion of its tables speaks of.
  const std::set<uint64_t>& frames() const { return frames_; }
  /// Words that the model speaks of.
  const std::set<std::pair<uint64_t, uint64_t>>& words() const { return words_; }
  const std::set<uint64_t>& compartments() const { return compartments_; }
  /// Frames at which the model says of the host's tables what no legal state has, most often because nothing there
  /// matters to it: there the state differs from the model.
  const std::set<uint64_t>& corrected() const { return corrected_; }
  /// That the state is this one, as far as the model speaks of it.
  SymBool restate(Session& session) const;
  /// The value of a term in the model.
  uint64_t evaluate(const SymBits& bits) const;

 private:
  using Key = std::vector<uint64_t>;
  using Function = std::map<Key, uint64_t>;

  std::optional<uint64_t> given(const std::string& field, const Key& key) const;
  void take_applications();
  void note_frames();
  void forget_tables_of_coarse_gibs();
  void note_host_tables();
  void correct_fine();
  void correct_host_words();
  uint64_t complete_frame(const std::string& field, uint64_t frame) const;
  uint64_t complete_state(uint64_t frame) const;
  uint64_t complete_word(uint64_t frame, uint64_t index) const;
  uint64_t complete_fine(uint64_t gib) const;
  std::vector<uint64_t> no_devices_in(uint64_t gib) const;
  bool in_quiet_region(uint64_t frame) const { return frame >> region_bits == region_; }

  /// A table of the host: 1 to 3 by level, 4 the root; and what it translates.
  struct HostTable {
    unsigned kind;
    uint64_t key;
  };
  std::optional<HostTable> host_table(uint64_t frame) const;
  static uint64_t first_frame_under(const HostTable& table, uint64_t index);

  static constexpr unsigned region_bits = 28;

  Session& session_;
  z3::model model_;
  Filler filler_;
  std::map<std::string, Function> given_;
  std::set<uint64_t> frames_;
  std::set<std::pair<uint64_t, uint64_t>> words_;
  std::set<uint64_t> compartments_;
  std::set<uint64_t> cpus_;
  std::map<uint64_t, HostTable> named_host_tables_;
  std::set<uint64_t> corrected_;
  uint64_t region_ = 0;  ///< 2^28 frames that the model does not speak of hold the host tables it does not name
};

}  // namespace bulkhead::refine
