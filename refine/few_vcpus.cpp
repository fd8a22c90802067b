#include "refine/few_vcpus.hpp"

#include "refine/places.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;

CompartmentId<S> compartment_of(const Read& vcpu) { return CompartmentId<S>::from_bits(vcpu.first); }
VcpuIndex<S> index_of(const Read& vcpu) { return VcpuIndex<S>::from_bits(vcpu.second); }

}  // namespace

void FewVcpus::close() {
  session_.quietly([this] {
    if (!is_begun_) { begin(); }
    for (const Read& vcpu : places_at(Site::vcpu, session_)) {
      if (contains(vcpus_, vcpu)) { continue; }
      vcpus_.push_back(vcpu);
      session_.assume((!exists(vcpu)) | is_known(vcpu));
    }
    for (const Read& read : places_at(Site::frame, session_)) {
      if (contains(frames_, read.first)) { continue; }
      frames_.push_back(read.first);
      const auto frame = Frame<S>::from_bits(read.first);
      session_.assume(implies(pre_.engine().frames.state.get(frame) == FrameState::vcpu, is_context(frame)));
    }
  });
}

void FewVcpus::begin() {
  is_begun_ = true;
  for (const Read& vcpu : places_at(Site::vcpu, session_)) {
    if (contains(vcpus_, vcpu)) { continue; }
    vcpus_.push_back(vcpu);
    pre_.assume_at(About::vcpu, {.compartment = compartment_of(vcpu), .vcpu = index_of(vcpu)});
  }
  known_ = vcpus_.size();
}

SymBool FewVcpus::exists(const Read& vcpu) const {
  return pre_.engine().vcpus.state.get(compartment_of(vcpu), index_of(vcpu)) != VcpuState::none;
}

SymBool FewVcpus::is_known(const Read& vcpu) const {
  SymBool found = false;
  for (size_t i = 0; i < known_; ++i) {
    found = found | ((compartment_of(vcpu) == compartment_of(vcpus_[i])) & (index_of(vcpu) == index_of(vcpus_[i])));
  }
  return found;
}

/// Whether a frame holds the context of a vCPU that is known.
SymBool FewVcpus::is_context(Frame<S> frame) const {
  SymBool found = false;
  for (size_t i = 0; i < known_; ++i) {
    const Frame<S> its = pre_.engine().vcpus.frame.get(compartment_of(vcpus_[i]), index_of(vcpus_[i]));
    found = found | (exists(vcpus_[i]) & (its == frame));
  }
  return found;
}

}  // namespace bulkhead::refine
