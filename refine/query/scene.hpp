#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "refine/query/expression.hpp"
#include "refine/symbolic.hpp"
#include "spec/rules.hpp"

/// What an expression is evaluated in: spec states and a step, of terms or of constants.
namespace bulkhead::refine::query {

using State = spec::State<Symbolic>;

/// The last call of a step: what was asked and what it returned.
struct Deed {
  Call call{};
  Arguments<Symbolic> arguments;
  Value<Symbolic, Status> status{Status::ok};
  Word<Symbolic> refusal;  ///< which condition came first, from 1; 0 if it was not refused
  Word<Symbolic> output;
};

/// What holds of one page of a state.
using AtPage = std::function<SymBool(Page<Symbolic>)>;

/// Who answers what depends on how the state is known.
class Scene {
 public:
  virtual ~Scene() = default;
  /// The state of that moment; without a step there is one.
  virtual const State& state(Moment moment) const = 0;
  /// The step; a query that has none does not ask.
  virtual const Deed& deed() const = 0;
  virtual SymBits value_of(const std::string& name) const = 0;
  /// Whether something holds at any page of a compartment's IPA space at which something is mapped.
  virtual SymBool some_page(const AtPage& holds_at) const = 0;
  /// Whether, at some moment of the engine's step, a CPU other than the one that makes the call can translate a page to
  /// a frame. Only scenes of the engine's step are asked.
  virtual SymBool can_translate(CompartmentId<Symbolic> compartment, Page<Symbolic> page,
                                Frame<Symbolic> frame) const = 0;
  /// A frame is asked about: whether a compartment can reach it.
  virtual void note_reach(CompartmentId<Symbolic> compartment, Frame<Symbolic> frame) const = 0;
  /// What a compartment finds at a page is asked.
  virtual void note_page(CompartmentId<Symbolic> compartment, Page<Symbolic> page) const = 0;
};

/// Whether an expression holds. The smallest condition around an argument that the call does not have is false.
SymBool evaluate(const Expression& expression, const Scene& scene);

/// The value of a part of a resolved expression; none if it has an argument that the call does not have.
std::optional<SymBits> value_of(const Node& node, const Scene& scene);

}  // namespace bulkhead::refine::query
