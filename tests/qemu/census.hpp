#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/qemu/comparison.hpp"
#include "tests/qemu/layout.hpp"

namespace bulkhead::qemu {

enum class DescriptorKind : uint8_t { invalid, reserved, table, block, page };

/// A kind of descriptor at a level of a layout.
struct Place {
  Layout layout;
  int level;
  DescriptorKind kind;

  friend auto operator<=>(const Place&, const Place&) = default;
};

/// How often a place was visited.
struct Visits {
  size_t by_both = 0;   ///< the model and QEMU read the descriptor, and what came of it was compared
  size_t by_model = 0;  ///< QEMU did not get to it, or could not be asked
};

/// What queries there were: answers, layouts, start levels, features, and the descriptors that their walks read.
class Census {
 public:
  /// A query that was compared.
  void count(const hw::Registers& registers, const hw::Features& features, const Compared& compared, uint64_t answer);
  /// A query that QEMU cannot be asked; what the model says of it.
  void count_unasked(const Opinion& model);

  /// What there should have been and was not: every answer and every place that there is.
  std::vector<std::string> missing() const;
  /// The counts as text.
  std::string text() const;

 private:
  void count_feature(const char* name, bool is_on);
  void count_visits(const Opinion& model, size_t by_both);

  std::map<std::string, size_t> answers_;
  std::map<std::string, size_t> starts_;
  std::map<std::string, size_t> features_;
  std::map<Place, Visits> places_;
};

/// Every kind of descriptor at every level of every layout that a walk can reach.
std::set<Place> reachable_places();
/// Whether QEMU 7.2 reads such a descriptor: all but those of the level that it refuses to start at.
bool is_shown_by_qemu(const Place& place);

/// An answer in few words: `translated`, `stage 2 translation fault, level 3`, `external abort, level 1`.
std::string kind_of_answer(uint64_t answer);

}  // namespace bulkhead::qemu
