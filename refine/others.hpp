#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hw/tlb.hpp"
#include "refine/points.hpp"
#include "refine/spec_call.hpp"

namespace bulkhead::refine {

/// What the CPUs that the engine does not run on do while a call is made: between two effects host and compartment load
/// and store at the places that the call names, through whatever their TLBs hold. Memory is written then and there; the
/// spec makes the same access before or after its step, if it allows it. Each access is at a word of its place alone
/// and follows from the call, so that a call made again comes to the same; when the call is over, what was stored is
/// put back, and a trace of calls and accesses tells everything.
///
/// It is told of each effect after the TLBs were filled. Only effects that write memory open or close a translation or
/// change what is found there, so it acts after these, and before the first effect.
class Others final : public hw::Observer<Concrete> {
 public:
  /// All must outlive it.
  Others(const hw::Tlb& tlb, ConcreteEngine& engine, ConcreteSpec& spec) : tlb_(tlb), engine_(engine), spec_(spec) {}

  /// A call begins on a CPU.
  void begin(Cpu<Concrete> cpu, const Points& points, SpecCall& call);
  /// The call is over; the spec's side is carried out if it was not before. If something could be done that the spec
  /// does not allow: between which two effects, and what.
  std::optional<std::string> end();

  void on_effect(const hw::Effect<Concrete>& effect, const hw::Hardware<Concrete>& hardware) override;
  /// Whoever is told of each effect too; none if null.
  void also(hw::Observer<Concrete>* observer) { also_ = observer; }

 private:
  /// A page of a compartment, or of the host, that the call names.
  struct Place {
    CompartmentId<Concrete> id;
    Page<Concrete> page;
    Index<Concrete> word;  ///< where it is accessed
    std::optional<Translation> before;
    std::optional<Translation> after;
  };
  /// A load, and a store if the entry allows it, of one word.
  struct Accessed {
    size_t place;
    Cpu<Concrete> cpu;
    hw::TlbLeaf leaf;
    Word<Concrete> loaded;
    std::optional<Word<Concrete>> stored;
    size_t effect;  ///< the one before it, counted from 1; 0 for none
  };
  /// What was stored, and what it took the place of.
  struct Stored {
    Frame<Concrete> frame;
    Index<Concrete> word;
    Word<Concrete> value;
    Word<Concrete> original;
  };
  /// What the spec does not allow: something that could be done at an effect, or between it and the next.
  struct Window {
    size_t effect;
    bool at_effect;
    std::string text;
  };

  void name_places();
  void act();
  void access(size_t place, Cpu<Concrete> cpu, const hw::TlbLeaf& leaf);
  void follow(const Accessed& access);
  std::string in_words(const Accessed& access) const;
  void step();
  void judge_overwritten(Frame<Concrete> frame);
  std::string describe_holder(Frame<Concrete> frame) const;
  void judge_vttbr(Cpu<Concrete> cpu, hw::VttbrEl2<Concrete> vttbr);
  void put_back();
  void put_back(Frame<Concrete> frame, Index<Concrete> word);
  void note(const Window& window);
  std::string moment(const Window& window) const;

  const hw::Tlb& tlb_;
  ConcreteEngine& engine_;
  ConcreteSpec& spec_;
  hw::Observer<Concrete>* also_ = nullptr;

  SpecCall* call_ = nullptr;  ///< of the call that is made; null between calls
  const Points* points_ = nullptr;
  Cpu<Concrete> cpu_{};
  std::vector<Place> places_;
  std::vector<Accessed> early_;  ///< what the spec did not allow before its step, if it makes it yet
  std::vector<Stored> stored_;
  std::vector<hw::Effect<Concrete>> effects_;  ///< so far
  std::optional<Window> window_;               ///< the first
  uint64_t stores_ = 0;                        ///< since boot
};

/// Whether a translation gives all that an entry of a TLB does.
bool allows(const std::optional<Translation>& found, const hw::TlbLeaf& leaf);

}  // namespace bulkhead::refine
