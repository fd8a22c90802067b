#pragma once

#include <vector>

#include "refine/prestate.hpp"

namespace bulkhead::refine {

/// Keeps the states small among which a search looks: the only vCPUs are those at hand when it begins, and every vCPU
/// frame holds the context of one of them. That a search finds no state so means nothing.
class FewVcpus {
 public:
  FewVcpus(Session& session, const PreState& pre) : session_(session), pre_(pre) {}

  /// Assumes that of every place at hand. To be called again when places were added.
  void close();
  /// About how many places it is assumed.
  size_t places() const { return vcpus_.size() + frames_.size(); }

 private:
  void begin();
  SymBool exists(const Read& vcpu) const;
  SymBool is_known(const Read& vcpu) const;
  SymBool is_context(Frame<Symbolic> frame) const;

  Session& session_;
  const PreState& pre_;
  bool is_begun_ = false;
  std::vector<Read> vcpus_;      ///< at hand, those of the beginning first
  size_t known_ = 0;             ///< how many these are
  std::vector<SymBits> frames_;  ///< at hand
};

}  // namespace bulkhead::refine
