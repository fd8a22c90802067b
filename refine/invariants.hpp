#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "impl/engine.hpp"
#include "impl/host_layout.hpp"
#include "model/concrete.hpp"
#include "refine/shape.hpp"
#include "refine/symbolic.hpp"

/// What is true of every state of the engine between two calls. Each invariant is a local fact about
/// one place: no search, no counting. That a record says the one page at which its frame is mapped makes "mapped at
/// most once" local. `recorded_is_mapped` alone is about a whole walk.
namespace bulkhead::refine {

using impl::Gib;
using impl::Region;

/// Where the host's own tables lie. Fixed at boot; a GiB is fine if it is mapped page by page, coarse
/// if it is one block of device frames.
template <ValueDomain D>
struct HostTables {
  std::function<Frame<D>(Index<D>)> level1;
  std::function<Frame<D>(Gib<D>)> level2;
  std::function<Frame<D>(Region<D>)> level3;
  std::function<typename D::Bool(Gib<D>)> fine;
};

/// A state to be judged.
template <ValueDomain D>
struct View {
  const impl::Engine<D>& engine;
  const HostTables<D>& host;
};

/// The place that an invariant speaks about; which members count is said by its site.
template <ValueDomain D>
struct Place {
  Frame<D> frame{};
  Index<D> index{};
  CompartmentId<D> compartment{};
  VcpuIndex<D> vcpu{};  ///< of the compartment
  Cpu<D> cpu{};
  Page<D> page{};  ///< of an entry: its low bits say which of the pages that the entry spans
};

/// What kind of place an invariant is about.
enum class About : uint8_t { frame, entry, compartment, vcpu, cpu };

/// Where an invariant is assumed of the state before a call.
enum class Instances : uint8_t {
  followed,  ///< at every place that is read
  host,      ///< where it is asked for: it is about the host's tables, which most frames have nothing to do with
  own,  ///< at the point of its own goal, and where a state that is to be legal violates it: no other goal needs it
  searched,  ///< where a state that is to be legal violates it: it is about whole walks, and no call relies on it
};

/// What an invariant says, clause by clause.
template <ValueDomain D>
using Clauses = std::vector<typename D::Bool>;

template <ValueDomain D>
struct Invariant {
  std::string_view name;
  std::string_view text;
  About about;
  std::function<typename D::Bool(const View<D>&, const Place<D>&)> premise;
  std::function<Clauses<D>(const View<D>&, const Place<D>&)> conclusion;
  Instances instances = Instances::followed;
  std::optional<size_t> without = {};  ///< a clause that is left out

  typename D::Bool holds(const View<D>& view, const Place<D>& at) const {
    const Clauses<D> clauses = conclusion(view, at);
    typename D::Bool all(true);
    for (size_t i = 0; i < clauses.size(); ++i) {
      if (without != i) { all = all & clauses[i]; }
    }
    return (!premise(view, at)) | all;
  }
};

/// All invariants, in a fixed order.
template <ValueDomain D>
const std::vector<Invariant<D>>& invariants();
template <>
const std::vector<Invariant<Concrete>>& invariants<Concrete>();
template <>
const std::vector<Invariant<Symbolic>>& invariants<Symbolic>();

/// The name of the invariant about what entries of a level, 1 to 3, map.
constexpr std::string_view mapping_of_level(unsigned level) {
  constexpr std::array<std::string_view, 3> names = {"entry_maps_1gib", "entry_maps_2mib", "entry_maps_page"};
  return names.at(level - 1);
}

/// While it lives, one clause of one invariant is missing on this thread: to see what breaks without it. One at a time.
class Weakening {
 public:
  Weakening(size_t invariant, size_t clause);
  ~Weakening();
  Weakening(const Weakening&) = delete;
  Weakening& operator=(const Weakening&) = delete;

 private:
  std::vector<Invariant<Concrete>> concrete_;
  std::vector<Invariant<Symbolic>> symbolic_;
};

}  // namespace bulkhead::refine
