#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "refine/small_state.hpp"

namespace bulkhead::refine {

/// A small concrete state made from a solver's model: what the model speaks of is taken from it, all
/// else is completed as quietly as can be (devices that nobody touches, empty tables, the host's own
/// tables as boot would lay them, for the states of the frames they map). Whether it is legal is checked, not assumed.
class ModelState {
 public:
  /// What every word of a table that the model does not speak of holds.
  enum class Filler : uint8_t { empty, as_first, as_run };

  ModelState(Session& session, const z3::model& model, Filler filler);

  /// The state, apart from the solver.
  const SmallState& small() const { return small_; }

  /// The value of a field at a key: the model's, or the completion's.
  uint64_t value(const std::string& field, const std::vector<uint64_t>& key) const;
  /// Words that the model speaks of.
  const std::set<SmallState::Key>& words() const { return words_; }
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
  void note_runs();
  void note_run(uint64_t table, uint64_t index, uint64_t first_frame, uint64_t frames);
  std::optional<uint64_t> run_from(uint64_t table) const;
  void correct_fine();
  void correct_host_words();
  void write_down();
  HostTablePlan host_plan() const;
  FrameRecord record_of(uint64_t frame) const;
  uint64_t rest_of(uint64_t frame) const;
  uint64_t complete_frame(const std::string& field, uint64_t frame) const;
  uint64_t complete_state(uint64_t frame) const;
  std::vector<uint64_t> no_devices_in(uint64_t gib) const;

  Session& session_;
  z3::model model_;
  Filler filler_;
  std::map<std::string, Function> given_;
  std::set<uint64_t> frames_;
  std::set<SmallState::Key> words_;
  std::set<uint64_t> compartments_;
  std::set<SmallState::Key> vcpus_;
  std::set<uint64_t> host_tables_;  ///< frames that the model names as such
  std::set<uint64_t> corrected_;
  FrameRuns runs_;
  SmallState small_;
};

}  // namespace bulkhead::refine
