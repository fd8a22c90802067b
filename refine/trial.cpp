#include "refine/trial.hpp"

#include <set>

#include "hw/descriptor.hpp"
#include "refine/constants.hpp"

namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;

constexpr size_t most_indices = 8;

/// The places that runs touch, as numbers.
class Places {
 public:
  explicit Places(const Step& step) : compartment_(number(step.inputs.compartment())) {}
  /// Indices that the state speaks of: there something may lie that lies nowhere else.
  void add_words(const std::set<SmallState::Key>& words) {
    for (const auto& [frame, index] : words) {
      if (indices_.size() < most_indices) { indices_.insert(index); }
    }
  }
  void add(const Step& step) {
    for (const hw::Effect<S>& e : step.effects) {
      if (e.kind == Kind::store || e.kind == Kind::fill || e.kind == Kind::copy) { add_frame(number(e.frame)); }
      if (e.kind == Kind::store) {
        entries_.insert({number(e.frame), number(e.index)});
        indices_.insert(number(e.index));
        add_frame(number(hw::output_frame<S>(e.value)));
      }
    }
    const auto& in = step.inputs;
    for (const uint64_t frame : {number(in.frame()), number(in.root()), number(in.source())}) { add_frame(frame); }
    add_frame(number(step.spec_before.translations.frame.get(in.compartment(), in.page())));
    for (const Word<S>& output : step.result.outputs) { add_frame(number(output) >> page_shift); }
    add_compartment(number(in.compartment()));
    add_vcpu(number(in.vcpu()));
    add_frame(number(step.before->vcpus.frame.get(in.compartment(), in.vcpu())));
    add_frame(number(step.before->compartments.root.get(in.compartment())));
    add_frame(number(step.before->host_root));
    pages_.insert({number(in.page()), number(in.page()) + 1, number(in.page()) | low_mask(index_bits)});
    cpus_.insert({number(step.cpu), number(step.cpu) + 1});
  }

  /// Points that between them speak of what another CPU may hold of every page and frame.
  std::vector<Point> translations() const {
    std::vector<Point> all;
    for (const uint64_t frame : frames_) {
      Point p = at(frame, indices_.empty() ? 0 : *indices_.begin());
      p.cpu = Cpu<S>(*cpus_.rbegin());
      for (const uint64_t page : pages_) { all.push_back(with_page(p, page)); }
      p.compartment = CompartmentId<S>(0);
      all.push_back(with_page(p, frame));
    }
    return all;
  }

  /// Points that between them speak of every place.
  std::vector<Point> points() const {
    std::vector<Point> all;
    const Point first = at(*frames_.begin(), indices_.empty() ? 0 : *indices_.begin());
    for (const auto& [frame, index] : entries_) {
      for (const uint64_t page : pages_) { all.push_back(with_page(at(frame, index), page)); }
    }
    for (const uint64_t frame : frames_) {
      all.push_back(at(frame, 0));
      for (const uint64_t index : indices_) { all.push_back(at(frame, index)); }
    }
    for (const uint64_t compartment : compartments_) {
      for (const uint64_t vcpu : vcpus_) {
        Point p = first;
        p.compartment = CompartmentId<S>(compartment);
        p.vcpu = VcpuIndex<S>(vcpu);
        all.push_back(p);
      }
    }
    for (const uint64_t cpu : cpus_) {
      Point p = first;
      p.cpu = Cpu<S>(cpu);
      all.push_back(p);
    }
    for (const uint64_t page : pages_) {
      for (unsigned level = 1; level <= leaf_level; ++level) {
        Point p = with_page(first, page);
        p.level = Level<S>(level);
        all.push_back(p);
      }
    }
    return all;
  }

 private:
  void add_frame(uint64_t frame) {
    frame &= low_mask(Frame<S>::width);
    frames_.insert({frame, (frame + 1) & low_mask(Frame<S>::width), frame & low_mask(Frame<S>::width / 2)});
  }
  void add_compartment(uint64_t id) {
    constexpr unsigned width = CompartmentId<S>::width;
    compartments_.insert({id, (id + 1) & low_mask(width), id & low_mask(width / 2)});
  }
  void add_vcpu(uint64_t index) {
    constexpr unsigned width = VcpuIndex<S>::width;
    vcpus_.insert({index, (index + 1) & low_mask(width), index & low_mask(width / 2)});
  }
  Point at(uint64_t frame, uint64_t index) const {
    return {Frame<S>(frame), Index<S>(index),        CompartmentId<S>(compartment_), Page<S>(*pages_.begin()),
            Level<S>(1),     Cpu<S>(*cpus_.begin()), Page<S>(*pages_.begin()),       VcpuIndex<S>(0)};
  }
  static Point with_page(Point point, uint64_t page) {
    point.page = Page<S>(page);
    return point;
  }

  uint64_t compartment_;  ///< of the call
  std::set<uint64_t> frames_;
  std::set<std::pair<uint64_t, uint64_t>> entries_;
  std::set<uint64_t> indices_;
  std::set<uint64_t> compartments_;
  std::set<uint64_t> vcpus_;
  std::set<uint64_t> pages_;
  std::set<uint64_t> cpus_;
};

}  // namespace

std::optional<Failure> first_failure(const Step& step, const Step& without_fault,
                                     const std::set<SmallState::Key>& words, const Selection& wanted) {
  Places places(step);
  places.add_words(words);
  places.add(without_fault);
  places.add(step);
  const std::vector<Point> points = places.points();
  const std::vector<Point> translations = places.translations();
  for (const Statement& statement : statements_about(step)) {
    if (!wanted(statement.theorem)) { continue; }
    for (const Point& point : statement.theorem == "exposure" ? translations : points) {
      if (statement.holds(step, point).is_false()) {
        return Failure{statement.theorem, statement.conjunct, step.result.status, point, statement.text};
      }
      if (statement.theorem == "contract") { break; }  // says nothing of places
    }
  }
  return std::nullopt;
}

}  // namespace bulkhead::refine
