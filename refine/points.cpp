#include "refine/points.hpp"

namespace bulkhead::refine {
namespace {

using C = Concrete;

void add_pages(Points& points, Page<C> page, bool with_spans) {
  points.pages.push_back(page);
  if (!with_spans) { return; }
  for (unsigned level = 0; level < leaf_level; ++level) { points.pages.push_back(page | Page<C>(span_mask(level))); }
}

}  // namespace

Points points_of(Call call, const Arguments<C>& arguments) {
  Points points;
  if (is_about_caller(call)) { points.compartment = arguments.caller; }
  const auto& inputs = row_of(call).inputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Word<C> word = arguments.words[i];
    switch (inputs[i].kind) {
      case Kind::compartment:
        points.compartment = truncate<CompartmentId<C>>(word);
        break;
      case Kind::pa:
        points.frames.push_back(frame_of(widen<Pa<C>>(word)));
        break;
      case Kind::ipa:
        add_pages(points, page_of(widen<Ipa<C>>(word)), takes_level(call));
        break;
      case Kind::vcpu:
        points.vcpus.push_back(truncate<VcpuIndex<C>>(word));
        break;
      case Kind::level:
      case Kind::count:
      case Kind::flag:
      case Kind::bits:
        break;
    }
  }
  return points;
}

void add_outputs(Points& points, Call call, const Result<C>& result) {
  const auto& outputs = row_of(call).outputs;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].kind == Kind::pa) { points.frames.push_back(frame_of(widen<Pa<C>>(result.outputs[i]))); }
  }
}

}  // namespace bulkhead::refine
