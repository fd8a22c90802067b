#pragma once

#include <set>
#include <vector>

#include "refine/model_state.hpp"
#include "refine/prestate.hpp"

namespace bulkhead::refine {

/// Keeps the states small among which a search looks, without leaving any out: what was read too deep to be followed
/// should be a place that is followed, or as quiet as can be. Where that contradicts, the place is followed and the
/// solver is asked again.
class Wishes {
 public:
  /// Whether compartments may share pages with the host. If not, states are left out.
  enum class Sharing : uint8_t { possible, excluded };

  Wishes(Session& session, const PreState& pre, Sharing sharing) : session_(session), pre_(pre), sharing_(sharing) {}

  /// Assumes the invariants at all that was read, and makes the wishes for the rest.
  void make();
  const std::vector<SymBool>& all() const { return wishes_; }
  /// Follows the places whose wishes, told by number, contradict, and lets tables have what they must.
  void give_up(const std::vector<size_t>& core);
  /// Assumes of every frame at hand that it is recorded so if the entry, told by its place in the state of a model,
  /// maps it as part of a block: the next model would only choose another frame.
  void assume_in_block(const ModelState& state, const Place<Concrete>& entry) const;

 private:
  void assume_at_frames();
  void assume_at_entries();
  void wish_for_places();
  void wish_for_nothing_mapped();
  void wish_for_nothing_found();
  SymBool is_quiet(const SymBits& frame) const;
  void assume_mapped(const SymBits& frame);
  void assume_home(Frame<Symbolic> frame);

  Session& session_;
  const PreState& pre_;
  const Sharing sharing_;
  std::vector<SymBits> closed_frames_;
  std::vector<Read> closed_entries_;
  size_t seen_ = 0;  ///< of the reads that are not followed
  std::vector<Read> wished_;
  std::vector<SymBits> mapped_;      ///< frames that may be mapped, and then have to be found
  std::vector<SymBits> anywhere_;    ///< those for which no place is wished
  std::vector<SymBits> not_mapped_;  ///< frames about which there is a wish
  std::vector<SymBool> wishes_;      ///< one for each place wished, then for each of `not_mapped_` and `not_found_`
  std::vector<size_t> not_found_;    ///< witnesses of entries wished away, by number
  std::set<size_t> must_be_found_;   ///< witnesses that cannot be wished away
};

}  // namespace bulkhead::refine
