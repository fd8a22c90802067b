#include "refine/query/scene.hpp"
#include "refine/shape.hpp"

namespace bulkhead::refine::query {
namespace {

using S = Symbolic;
using Kind = Node::Kind;

/// A call does not have an argument of that name.
struct NoSuchArgument {};

SymBits as_bits(const SymBool& condition) { return S::choose(condition, S::constant(1, 1), S::constant(0, 1)); }

SymBits widened(const SymBits& bits) { return S::zero_extend(bits, bits.width(), 64); }

/// The frame or page that a byte address falls in, as a number.
SymBits number_of_page(const SymBits& address) { return S::shift_right(address, S::constant(page_shift, 64), 64); }

bool is_address(Sort sort) { return sort == Sort::frame || sort == Sort::ipa; }

class Evaluation {
 public:
  explicit Evaluation(const Scene& scene) : scene_(scene) {}

  SymBool holds(const Node& node) const {
    if (node.kind == Kind::operation) { return operation(node); }
    return S::equal(value(node), S::constant(1, 1), {});
  }

  SymBits value(const Node& node) const {
    switch (node.kind) {
      case Kind::literal:
      case Kind::constant:
        return S::constant(node.value, width_of(*node.sort));
      case Kind::name:
        return scene_.value_of(node.text);
      case Kind::given:
        return given(*node.given);
      case Kind::function:
        return node.sort == Sort::condition ? false_without_argument([&] { return function(node); }) : function(node);
      case Kind::operation:
        return as_bits(operation(node));
    }
    return {};
  }

 private:
  template <class Evaluate>
  static SymBits false_without_argument(const Evaluate& evaluate) {
    try {
      return evaluate();
    } catch (const NoSuchArgument&) { return S::constant(0, 1); }
  }

  SymBool operation(const Node& node) const {
    switch (node.op) {
      case Operator::both:
      case Operator::either:
        return chain(node);
      case Operator::implies:
        return implies(holds(node.children[0]), holds(node.children[1]));
      case Operator::negate:
        return !holds(node.children[0]);
      case Operator::equal:
      case Operator::unequal:
      case Operator::less:
      case Operator::less_equal:
      case Operator::greater:
      case Operator::greater_equal:
        return S::equal(false_without_argument([&] { return as_bits(comparison(node)); }), S::constant(1, 1), {});
    }
    return false;
  }
  /// What follows a condition that decides is not evaluated: it would only add facts that nobody needs.
  SymBool chain(const Node& node) const {
    SymBool all = holds(node.children.front());
    for (size_t i = 1; i < node.children.size(); ++i) {
      const bool is_decided = node.op == Operator::both ? all.is_false() : all.is_true();
      if (is_decided) { return all; }
      const SymBool next = holds(node.children[i]);
      all = node.op == Operator::both ? all & next : all | next;
    }
    return all;
  }
  SymBool comparison(const Node& node) const {
    const auto [left, right] = alike(node.children[0], node.children[1]);
    switch (node.op) {
      case Operator::equal:
        return S::equal(left, right, {});
      case Operator::unequal:
        return !S::equal(left, right, {});
      case Operator::less:
        return S::below(left, right, {});
      case Operator::less_equal:
        return !S::below(right, left, {});
      case Operator::greater:
        return S::below(right, left, {});
      case Operator::greater_equal:
        return !S::below(left, right, {});
      case Operator::both:
      case Operator::either:
      case Operator::implies:
      case Operator::negate:
        break;
    }
    return false;
  }
  /// Both sides in bits of one width. A number beside an address is the address of a byte.
  std::pair<SymBits, SymBits> alike(const Node& left, const Node& right) const {
    const SymBits a = value(left);
    const SymBits b = value(right);
    if (*left.sort == *right.sort) { return {a, b}; }
    const auto lift = [](Sort own, Sort other, const SymBits& bits) {
      return is_address(other) && own == Sort::number ? number_of_page(bits) : widened(bits);
    };
    return {lift(*left.sort, *right.sort, a), lift(*right.sort, *left.sort, b)};
  }

  SymBits given(const GivenRow& row) const {
    const Deed& deed = scene_.deed();
    switch (row.what) {
      case GivenRow::What::call:
        return S::constant(static_cast<uint64_t>(deed.call), width_of(Sort::call));
      case GivenRow::What::status:
        return deed.status.bits();
      case GivenRow::What::refusal:
        return deed.refusal.bits();
      case GivenRow::What::output:
        return deed.output.bits();
      case GivenRow::What::caller:
        return deed.arguments.caller.bits();
      case GivenRow::What::argument:
        return argument(deed, row.name);
    }
    return {};
  }
  static SymBits argument(const Deed& deed, const std::string& name) {
    const auto& inputs = row_of(deed.call).inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].name == name) { return deed.arguments.words.at(i).bits(); }
    }
    throw NoSuchArgument();
  }

  /// An argument of a function, in the bits of its parameter.
  template <class V>
  V at(const Node& node, size_t i) const {
    const SymBits bits = value(node.children[i]);
    const bool is_byte = *node.children[i].sort == Sort::number && is_address(node.function->parameters[i]);
    if (is_byte) { return V::from_bits(S::extract(bits, address_bits - 1, page_shift)); }
    return V::from_bits(bits.width() == V::width ? bits : S::extract(bits, V::width - 1, 0));
  }

  SymBits function(const Node& node) const {
    const State& s = scene_.state(node.moment);
    switch (node.function->function) {
      case Function::state:
        return s.frames.state.get(at<Frame<S>>(node, 0)).bits();
      case Function::owner:
        return s.frames.owner.get(at<Frame<S>>(node, 0)).bits();
      case Function::sharer:
        return s.frames.shared_with.get(at<Frame<S>>(node, 0)).bits();
      case Function::shared:
        return as_bits((s.frames.shared_with.get(at<Frame<S>>(node, 0)) != CompartmentId<S>(0)) |
                       (s.frames.state.get(at<Frame<S>>(node, 0)) == FrameState::shared_data));
      case Function::is_ram:
        return s.platform.ram.get(at<Frame<S>>(node, 0)).bits();
      case Function::content:
        return content(s, at<Frame<S>>(node, 0), at<Index<S>>(node, 1));
      case Function::compartment:
        return s.compartments.state.get(at<CompartmentId<S>>(node, 0)).bits();
      case Function::root:
        return where_alive(s, node, s.compartments.root.get(at<CompartmentId<S>>(node, 0)).bits());
      case Function::vcpus:
        return where_alive(s, node, widened(s.compartments.vcpus.get(at<CompartmentId<S>>(node, 0)).bits()));
      case Function::power:
        return s.vcpus.state.get(at<CompartmentId<S>>(node, 0), at<VcpuIndex<S>>(node, 1)).bits();
      case Function::context:
        return context(s, at<CompartmentId<S>>(node, 0), at<VcpuIndex<S>>(node, 1));
      case Function::can_read:
      case Function::can_write:
        return as_bits(reaches(s, node));
      case Function::can_translate:
        return as_bits(
            scene_.can_translate(at<CompartmentId<S>>(node, 0), at<Page<S>>(node, 1), at<Frame<S>>(node, 2)));
      case Function::maps:
      case Function::access:
      case Function::frame:
      case Function::ipa_state:
        return at_page(s, node);
      case Function::has_table:
      case Function::table:
        return table(s, node);
    }
    return {};
  }

  static SymBits content(const State& s, Frame<S> frame, Index<S> index) {
    const Word<S> word = s.frames.content.load(frame, index);
    return select(has_content<S>(s.frames.state.get(frame)), word, Word<S>(0)).bits();
  }
  static SymBits context(const State& s, CompartmentId<S> compartment, VcpuIndex<S> index) {
    const auto exists = s.vcpus.state.get(compartment, index) != VcpuState::none;
    return select(exists, s.vcpus.frame.get(compartment, index), Frame<S>(0)).bits();
  }
  SymBits where_alive(const State& s, const Node& node, const SymBits& value) const {
    const auto alive = s.compartments.state.get(at<CompartmentId<S>>(node, 0)) != CompartmentState::free;
    return S::choose(alive, value, S::constant(0, value.width()));
  }

  SymBool reaches(const State& s, const Node& node) const {
    const auto compartment = at<CompartmentId<S>>(node, 0);
    const auto frame = at<Frame<S>>(node, 1);
    const bool to_write = node.function->function == Function::can_write;
    const SymBool is_host = compartment == CompartmentId<S>(0);
    const SymBool of_host = s.host_can_access(frame);
    if (is_host.is_true()) { return of_host; }
    scene_.note_reach(compartment, frame);
    const SymBool of_compartment = scene_.some_page([this, &s, compartment, frame, to_write](Page<S> page) {
      scene_.note_page(compartment, page);
      const auto access = s.translations.access.get(compartment, page);
      const SymBool allowed = to_write ? access == Access::read_write : access != Access::none;
      return allowed & (s.translations.frame.get(compartment, page) == frame);
    });
    return (is_host & of_host) | ((!is_host) & of_compartment);
  }

  SymBits at_page(const State& s, const Node& node) const {
    const auto compartment = at<CompartmentId<S>>(node, 0);
    const auto page = at<Page<S>>(node, 1);
    scene_.note_page(compartment, page);
    const auto access = s.translations.access.get(compartment, page);
    const SymBool mapped = access != Access::none;
    if (node.function->function == Function::maps) { return as_bits(mapped); }
    if (node.function->function == Function::access) { return access.bits(); }
    if (node.function->function == Function::frame) {
      return select(mapped, s.translations.frame.get(compartment, page), Frame<S>(0)).bits();
    }
    return S::choose(mapped, S::constant(mapped_ipa_state, 2), s.translations.state.get(compartment, page).bits());
  }

  /// Of level 0 the table is the root.
  SymBits table(const State& s, const Node& node) const {
    const auto compartment = at<CompartmentId<S>>(node, 0);
    const auto page = at<Page<S>>(node, 1);
    const auto level = at<Level<S>>(node, 2);
    scene_.note_page(compartment, page);
    const SymBool is_root = level == Level<S>(0);
    const SymBool alive = s.compartments.state.get(compartment) != CompartmentState::free;
    const SymBool below = s.tables.present.get(level, compartment, page) == Flag::yes;
    const SymBool present = (is_root & alive) | ((!is_root) & below);
    if (node.function->function == Function::has_table) { return as_bits(present); }
    const auto frame =
        select(is_root, s.compartments.root.get(compartment), s.tables.frame.get(level, compartment, page));
    return select(present, frame, Frame<S>(0)).bits();
  }

  const Scene& scene_;
};

}  // namespace

SymBool evaluate(const Expression& expression, const Scene& scene) { return Evaluation(scene).holds(expression.root); }

std::optional<SymBits> value_of(const Node& node, const Scene& scene) {
  try {
    return Evaluation(scene).value(node);
  } catch (const NoSuchArgument&) { return std::nullopt; }
}

}  // namespace bulkhead::refine::query
