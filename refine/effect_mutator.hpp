#pragma once

#include <optional>

#include "hw/hardware.hpp"
#include "refine/mutator.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {

/// Stands between engine and hardware, and puts the fault of a mutator into the effect it names.
class EffectMutator final : public hw::Interposer<Symbolic> {
 public:
  explicit EffectMutator(Mutator& mutator) : mutator_(mutator) {}
  void on_effect(hw::Effect<Symbolic>& effect, hw::Hardware<Symbolic>& hardware) override;

 private:
  void carry_out(Operator op, hw::Effect<Symbolic>& effect, hw::Hardware<Symbolic>& hardware);

  Mutator& mutator_;
  std::optional<hw::Effect<Symbolic>> late_;  ///< what happens after the next effect
};

}  // namespace bulkhead::refine
