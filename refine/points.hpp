#pragma once

#include <vector>

#include "model/concrete.hpp"
#include "model/result.hpp"

namespace bulkhead::refine {

/// The places of the state that a call names, or is about to change: where spec and engine are compared.
struct Points {
  CompartmentId<Concrete> compartment{};
  std::vector<Frame<Concrete>> frames;
  std::vector<Page<Concrete>> pages;       ///< of the compartment
  std::vector<VcpuIndex<Concrete>> vcpus;  ///< likewise
};

/// The places that the arguments name, whatever their form, and the caller where the call is about it. For a call with
/// a level also the last page of each table that can begin at the address.
Points points_of(Call call, const Arguments<Concrete>& arguments);

/// Adds the frames that a call returned.
void add_outputs(Points& points, Call call, const Result<Concrete>& result);

}  // namespace bulkhead::refine
