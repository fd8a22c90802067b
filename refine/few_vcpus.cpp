#include "refine/few_vcpus.hpp"

#include <algorithm>

namespace bulkhead::refine {
namespace {

using S = Symbolic;

bool same_place(const Read& a, const Read& b) { return same(a.first, b.first) && same(a.second, b.second); }

/// The places of a site that were read, followed or not.
std::vector<Read> places_at(Site site, const Session& session) {
  std::vector<Read> places;
  for (const auto* reads : {&session.reads(), &session.unfollowed()}) {
    std::copy_if(reads->begin(), reads->end(), std::back_inserter(places),
                 [site](const Read& read) { return read.site == site; });
  }
  return places;
}

CompartmentId<S> compartment_of(const Read& vcpu) { return CompartmentId<S>::from_bits(vcpu.first); }
VcpuIndex<S> index_of(const Read& vcpu) { return VcpuIndex<S>::from_bits(vcpu.second); }

}  // namespace

void FewVcpus::close() {
  session_.quietly([this] {
    if (!is_begun_) { begin(); }
    for (const Read& vcpu : places_at(Site::vcpu, session_)) {
      const auto is_it = [&vcpu](const Read& other) { return same_place(vcpu, other); };
      if (std::any_of(vcpus_.begin(), vcpus_.end(), is_it)) { continue; }
      vcpus_.push_back(vcpu);
      session_.assume((!exists(vcpu)) | is_known(vcpu));
    }
    for (const Read& read : places_at(Site::frame, session_)) {
      const auto is_it = [&read](const SymBits& other) { return same(read.first, other); };
      if (std::any_of(frames_.begin(), frames_.end(), is_it)) { continue; }
      frames_.push_back(read.first);
      const auto frame = Frame<S>::from_bits(read.first);
      session_.assume(implies(pre_.engine().frames.state.get(frame) == FrameState::vcpu, is_context(frame)));
    }
  });
}

void FewVcpus::begin() {
  is_begun_ = true;
  for (const Read& vcpu : places_at(Site::vcpu, session_)) {
    const auto is_it = [&vcpu](const Read& other) { return same_place(vcpu, other); };
    if (std::any_of(vcpus_.begin(), vcpus_.end(), is_it)) { continue; }
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
