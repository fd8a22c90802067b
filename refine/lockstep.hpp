#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_set>

#include "model/machine.hpp"
#include "refine/others.hpp"
#include "refine/watch.hpp"

/// Engine and spec side by side, concretely: each step is done by both, and what they answer and what
/// has become of the places it names is compared.
namespace bulkhead::refine {

/// The first difference between engine and spec, in words.
struct Divergence {
  std::string text;
};

/// What both answered to a call.
struct Answers {
  Result<Concrete> engine;
  Result<Concrete> spec;
  std::optional<Divergence> divergence;
};

/// What a load gave: nothing if the access faulted.
struct Loaded {
  std::optional<Word<Concrete>> value;
  std::optional<Divergence> divergence;
};

class Lockstep {
 public:
  /// Boots both on a machine that has no `problem`, with zeroed memory.
  explicit Lockstep(const MachineDescription& machine);
  /// `content` is what the host finds in its own frames.
  Lockstep(const MachineDescription& machine, const ConcreteMemory::Start& content);
  Lockstep(const Lockstep&) = delete;
  Lockstep& operator=(const Lockstep&) = delete;

  /// Both do the call. Compared are: status and outputs; at each frame, page, compartment and vCPU named, what
  /// the hardware walker and the frame table say against the spec, and what frames hold; what any TLB
  /// may still translate there, and the tables at which it may begin. While the call is made other CPUs access the
  /// places too, through all that their TLBs hold: nothing may be possible that the spec allows neither before nor
  /// after. A refused call must have changed nothing, and the engine must return with the host's stage 2. After a
  /// divergence the two need not agree any more.
  Answers call(Cpu<Concrete> cpu, Call call, const Arguments<Concrete>& arguments);

  /// A 64-bit load by a compartment, or by the host (id 0), at an IPA: its stage-2 alone decides. Of a
  /// misaligned address, the word that contains it.
  Loaded load(Cpu<Concrete> cpu, CompartmentId<Concrete> id, Ipa<Concrete> ipa);
  /// A 64-bit store likewise; without effect where it faults.
  std::optional<Divergence> store(Cpu<Concrete> cpu, CompartmentId<Concrete> id, Ipa<Concrete> ipa,
                                  Word<Concrete> value);

  /// Compares every frame, page, compartment and vCPU that a successful call named, frames written to, and every
  /// translation and every pointer to a table that a TLB holds.
  std::optional<Divergence> compare_everything() const;

  /// Whoever is told of each effect of the engine; none if null.
  void observe(hw::Observer<Concrete>* observer) { others_.also(observer); }

  const ConcreteEngine& engine() const { return engine_; }
  const ConcreteSpec& spec() const { return spec_; }
  /// Frames that a successful call named or an access wrote to, and compartments and vCPUs that a successful call
  /// named.
  const std::unordered_set<uint64_t>& frames() const { return frames_; }
  const std::unordered_set<uint64_t>& compartments() const { return compartments_; }
  const std::set<std::pair<uint64_t, uint64_t>>& vcpus() const { return vcpus_; }

 private:
  struct Records;

  void add_mapped(Points& points) const;
  Records records_at(const Points& points) const;
  void remember(const Points& points);
  Answers make(Cpu<Concrete> cpu, Call call, const Arguments<Concrete>& arguments, const Points& points);
  std::optional<Divergence> compare_answers(Call call, const Answers& answers) const;
  std::optional<Divergence> compare_refused(const Points& points, const Records& before) const;
  std::optional<Divergence> compare_points(const Points& points) const;
  std::optional<Divergence> compare_frame(Frame<Concrete> frame) const;
  std::optional<Divergence> compare_page(CompartmentId<Concrete> id, Page<Concrete> page) const;
  std::optional<Divergence> compare_compartment(CompartmentId<Concrete> id) const;
  std::optional<Divergence> compare_vcpu(CompartmentId<Concrete> id, VcpuIndex<Concrete> index) const;
  std::optional<Divergence> compare_translation(CompartmentId<Concrete> id, Page<Concrete> page) const;
  std::optional<Divergence> compare_cached(CompartmentId<Concrete> id, Page<Concrete> page) const;
  std::optional<Divergence> judge_cached(CompartmentId<Concrete> id, Page<Concrete> page,
                                         const hw::TlbLeaf& leaf) const;
  std::optional<Divergence> judge_pointer(CompartmentId<Concrete> id, const hw::TlbPointer& pointer) const;

  uint64_t cpus_;
  ConcreteEngine engine_;
  ConcreteSpec spec_;
  Watch watch_;
  Others others_;
  std::unordered_set<uint64_t> frames_;            ///< named by a successful call, or written to
  std::set<std::pair<uint64_t, uint64_t>> pages_;  ///< compartment and page, likewise
  std::set<std::pair<uint64_t, uint64_t>> vcpus_;  ///< compartment and index, likewise
  std::unordered_set<uint64_t> compartments_;      ///< likewise
};

}  // namespace bulkhead::refine
