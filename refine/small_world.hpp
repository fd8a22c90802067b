#pragma once

#include <array>
#include <vector>

#include "refine/few_vcpus.hpp"

namespace bulkhead::refine {

/// The states of a few frames in a row and of two compartments at most, with two tables of a level at most between
/// them, told in a closed form: a table has its level from its place in the row, and every frame that is recorded as
/// mapped is mapped by one of the tables. That a search finds no state here means nothing; what it finds is a state
/// like any other.
class SmallWorld {
 public:
  SmallWorld(Session& session, const PreState& pre);

  /// Assumes of every place at hand that it is as it can be in such a state. To be called again when places were added.
  void close();

 private:
  using S = Symbolic;

  void assume_tables();
  void assume_compartments();
  void close_places();
  void close_frame(const SymBits& frame);
  void close_entry(const Read& read);
  void close_compartment(const SymBits& id);
  void silence(const Read& entry);
  SymBool is_mapped(Frame<S> frame);
  SymBool is_block(const Read& read) const;
  template <class Close>
  void for_each_new(Site site, std::vector<Read>& known, const Close& close);

  Session& session_;
  const PreState& pre_;
  std::vector<Frame<S>> tables_;  ///< two of each level, the roots first
  std::vector<CompartmentId<S>> compartments_;
  FewVcpus vcpus_;
  std::vector<Read> frames_, entries_, homes_, ids_, cpus_;  ///< that are closed
  size_t primary_ = 0;                                       ///< of the entries: those closed at the beginning
  bool is_begun_ = false;
};

}  // namespace bulkhead::refine
