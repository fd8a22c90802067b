#pragma once

#include <vector>

#include "refine/prestate.hpp"
#include "refine/query/scene.hpp"
#include "refine/step.hpp"

namespace bulkhead::refine::query {

/// Origins of facts that theorem `walk` proves of every legal state.
namespace origin {
inline constexpr std::string_view sound = "walk.sound";
inline constexpr std::string_view found = "walk.found";
inline constexpr std::string_view mapped = "recorded_is_mapped";
}  // namespace origin

/// A scene of terms: an arbitrary legal state and what a step makes of it. What is asked about adds the facts about it
/// that hold in every legal state. "Some page" is answered by a fresh name, for which every page that is noted
/// counts: facts of the kind that every real state has, so what contradicts them is impossible.
class OpenScene : public Scene {
 public:
  OpenScene(Session& session, const PreState& pre, const Expression& expression);

  /// The states and the call; they must outlive the scene. A state alone is its own before and after. `step` is the
  /// engine's, if it is asked about.
  void show(const State& before, const State& after, const Deed* deed, const Step* step = nullptr);

  const State& state(Moment moment) const override { return moment == Moment::after ? *after_ : *before_; }
  const Deed& deed() const override { return *deed_; }
  SymBits value_of(const std::string& name) const override { return names_.at(name); }
  SymBool some_page(const AtPage& holds_at) const override;
  SymBool can_translate(CompartmentId<Symbolic> compartment, Page<Symbolic> page, Frame<Symbolic> frame) const override;
  void note_reach(CompartmentId<Symbolic> compartment, Frame<Symbolic> frame) const override;
  void note_page(CompartmentId<Symbolic> compartment, Page<Symbolic> page) const override;

  const std::map<std::string, SymBits>& names() const { return names_; }
  /// That every name has a value of its sort.
  SymBool names_are_values() const { return well_formed_; }

 private:
  Session& session_;
  const PreState& pre_;
  const State* before_ = nullptr;
  const State* after_ = nullptr;
  const Deed* deed_ = nullptr;
  const Step* step_ = nullptr;
  std::map<std::string, SymBits> names_;
  SymBool well_formed_ = true;
  mutable std::vector<std::pair<SymBits, SymBits>> noted_;  ///< compartments and pages about which all is said
};

}  // namespace bulkhead::refine::query
