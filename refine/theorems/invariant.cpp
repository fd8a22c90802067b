#include "refine/step.hpp"

/// `invariant`: every invariant holds again after a call, at an arbitrary place.
namespace bulkhead::refine {

void add_invariant(const Step& /*step*/, std::vector<Statement>& all) {
  for (const Invariant<Symbolic>& invariant : invariants<Symbolic>()) {
    all.push_back({"invariant", std::string(invariant.name), std::string(invariant.text),
                   [&invariant](const Step& s, const Point& p) {
                     const View<Symbolic> view{s.after, *s.host};
                     return invariant.holds(view, {p.frame, p.index, p.compartment, p.cpu});
                   },
                   invariant.on_demand ? Assumes::host_map : Assumes::invariants});
  }
}

}  // namespace bulkhead::refine
