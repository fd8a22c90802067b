#include "refine/records.hpp"
#include "refine/step.hpp"

/// `invariant`: every invariant holds again after a call, at an arbitrary place.
namespace bulkhead::refine {
namespace {

using S = Symbolic;

Assumes assumes_of(const Invariant<S>& invariant) {
  switch (invariant.instances) {
    case Instances::followed:
      return invariant.about == About::entry ? Assumes::call_walk : Assumes::invariants;
    case Instances::host:
      return Assumes::host_map;
    case Instances::own:
      return Assumes::context;
    case Instances::searched:
      return Assumes::recorded;
  }
  return Assumes::nothing;
}

/// Whether a frame's record, and what the spec lets be found where it says, are what they were before.
SymBool is_as_before(const Step& s, Frame<S> frame) {
  const auto& before = s.before->frames;
  const auto& after = s.after.frames;
  const CompartmentId<S> owner = before.owner.get(frame);
  const Page<S> page = before.base.get(frame);
  const auto& found = s.spec_after.translations;
  return (after.state.get(frame) == before.state.get(frame)) & (after.owner.get(frame) == owner) &
         (after.base.get(frame) == page) & !found.access.written(owner, page) & !found.frame.written(owner, page);
}

/// What the walk finds after the call is what the spec finds then (theorem `refinement`). So a frame of which nothing
/// changed is found as before; any other one has to be found at the page of the call.
SymBool recorded_is_mapped(const Step& s, const Point& p) {
  const CompartmentId<S> owner = s.inputs.compartment();
  const Page<S> page = s.inputs.page();
  const auto& found = s.spec_after.translations;
  const auto is_here = (s.after.frames.owner.get(p.frame) == owner) & (s.after.frames.base.get(p.frame) == page) &
                       (found.access.get(owner, page) != Access::none) & (found.frame.get(owner, page) == p.frame);
  return implies(is_recorded(s.after, p.frame), is_as_before(s, p.frame) | is_here);
}

}  // namespace

void add_invariant(const Step& /*step*/, std::vector<Statement>& all) {
  for (const Invariant<S>& invariant : invariants<S>()) {
    const auto holds_after = [&invariant](const Step& s, const Point& p) {
      const View<S> view{s.after, *s.host};
      return invariant.holds(view, p.place());
    };
    const auto of_records = [&invariant](const Step& s, const Point& p) {
      return invariant.without ? SymBool(true) : recorded_is_mapped(s, p);
    };
    const bool is_of_records = invariant.instances == Instances::searched;
    using Holds = decltype(Statement::holds);
    all.push_back({"invariant", std::string(invariant.name), std::string(invariant.text),
                   is_of_records ? Holds(of_records) : Holds(holds_after), assumes_of(invariant)});
  }
}

}  // namespace bulkhead::refine
