#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "model/concrete.hpp"
#include "refine/invariants.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {

/// What the engine records of a frame, what boot found of it, and what fills it.
struct FrameRecord {
  FrameState state = FrameState::device;
  uint64_t owner = 0;         ///< compartment id, 0: nobody
  uint64_t parent_table = 0;  ///< frame number
  uint64_t parent_index = 0;
  uint64_t level = 0;
  uint64_t base = 0;  ///< page number: the first that a table translates, the one at which a frame is mapped
  bool ram = false;
  bool reserved = false;
  bool engine_device = false;
  uint64_t rest = 0;  ///< every word of the frame that is not listed, but for its step
  uint64_t step = 0;  ///< 0 or a power of two: word i is `rest | i * step`

  /// What a word that is not listed holds.
  uint64_t unlisted(uint64_t index) const { return rest | index * step; }

  /// Whether the frame holds a stage-2 table of a compartment.
  bool is_table() const { return bulkhead::is_table(state); }
  /// Whether the frame is mapped: data, or shared by the host.
  bool is_mapped() const { return is_data(state) || (state == FrameState::host && owner != 0); }
  friend bool operator==(const FrameRecord&, const FrameRecord&) = default;
};

/// Frames in a row that are mapped as one: by a block, or by a table whose entries map them one by one. Those that are
/// listed one by one are as they are listed.
struct FrameRun {
  uint64_t frames = 0;  ///< how many
  FrameState state = FrameState::data;
  uint64_t owner = 0;  ///< compartment id
  uint64_t base = 0;   ///< page number at which the first is mapped

  /// The record of the frame that is so many after the first.
  FrameRecord at(uint64_t offset) const { return {.state = state, .owner = owner, .base = base + offset, .ram = true}; }
  friend bool operator==(const FrameRun&, const FrameRun&) = default;
};
using FrameRuns = std::map<uint64_t, FrameRun>;  ///< by number of the first frame

/// The record of a frame in a run, the nearest that begins before it; nothing if it is in none.
std::optional<FrameRecord> record_in_run(const FrameRuns& runs, uint64_t frame);

/// What the engine records of a compartment id.
struct CompartmentRecord {
  CompartmentState state = CompartmentState::free;
  uint64_t root = 0;  ///< frame number
  uint64_t vcpus = 0;
  friend bool operator==(const CompartmentRecord&, const CompartmentRecord&) = default;
};

/// What the engine records of a vCPU.
struct VcpuRecord {
  VcpuState state = VcpuState::none;
  uint64_t frame = 0;  ///< that holds its context, by number
  friend bool operator==(const VcpuRecord&, const VcpuRecord&) = default;
};

/// Which frames the host's own tables are, where that matters; the others lie in the quiet region, as boot would lay
/// them. What their words are follows from the states of the frames they map.
struct HostTablePlan {
  std::optional<uint64_t> root;
  std::map<uint64_t, uint64_t> level1;  ///< frame by index in the root
  std::map<uint64_t, uint64_t> level2;  ///< frame by GiB
  std::map<uint64_t, uint64_t> level3;  ///< frame by region of 2 MiB
  std::map<uint64_t, bool> fine;        ///< by GiB: whether it is mapped page by page
  friend bool operator==(const HostTablePlan&, const HostTablePlan&) = default;
};

/// A state of the engine that a person can take in: a few frames, compartments and words by number, and around them a
/// quiet rest of devices that nobody touches and of the host's own tables. Whether it is legal is checked, not assumed.
class SmallState {
 public:
  using Key = std::pair<uint64_t, uint64_t>;

  std::map<uint64_t, FrameRecord> frames;              ///< by frame number
  FrameRuns runs;                                      ///< frames that are not listed one by one
  std::map<Key, uint64_t> words;                       ///< by frame number and index
  std::map<uint64_t, CompartmentRecord> compartments;  ///< by id; all others are free
  std::map<Key, VcpuRecord> vcpus;                     ///< by compartment id and index; there are no others
  std::map<uint64_t, uint64_t> vttbr;                  ///< by CPU; all others name the host's stage 2
  HostTablePlan host;

  friend bool operator==(const SmallState&, const SmallState&) = default;

  /// The state as engines of both domains, and where the host's tables lie.
  impl::Engine<Concrete> concrete() const;
  HostTables<Concrete> concrete_host() const;
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

  /// The record of a frame that is listed and holds a table of a compartment; null of any other.
  const FrameRecord* listed_table(uint64_t frame) const;
  /// What is true of any frame, word, compartment, vCPU and CPU, listed or not.
  FrameRecord frame(uint64_t number) const;
  uint64_t word(uint64_t frame, uint64_t index) const;
  CompartmentRecord compartment(uint64_t id) const;
  VcpuRecord vcpu(uint64_t id, uint64_t index) const;
  uint64_t vttbr_of(uint64_t cpu) const;
  uint64_t host_root() const;
  /// The first frame that the host reaches through an entry of one of its own tables; nothing if the frame is none.
  std::optional<uint64_t> first_host_frame_under(uint64_t frame, uint64_t index) const;
};

}  // namespace bulkhead::refine
