#include <fmt/format.h>

#include <algorithm>

#include "model/types.hpp"
#include "refine/query/expression.hpp"

namespace bulkhead::refine::query {
namespace {

using Kind = Node::Kind;

bool is_comparison(const Node& node) {
  if (node.kind != Kind::operation) { return false; }
  switch (node.op) {
    case Operator::equal:
    case Operator::unequal:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
      return true;
    case Operator::both:
    case Operator::either:
    case Operator::implies:
    case Operator::negate:
      return false;
  }
  return false;
}

bool asks_for_order(const Node& node) { return node.op != Operator::equal && node.op != Operator::unequal; }

bool has_order(Sort sort) { return sort != Sort::condition && !is_enumeration(sort); }

/// How sure it is what a value is. What is surer decides about the names first.
enum class Source : uint8_t {
  certain,    ///< a function's result, or a parameter of one
  preferred,  ///< an argument of a call is a number that is meant as an address, say
  a_number,   ///< a literal
};
constexpr Source sources[] = {Source::certain, Source::preferred, Source::a_number};

std::string with_article(Sort sort) {
  const std::string_view name = name_of(sort);
  const bool begins_with_vowel = std::string_view("aeiouI").find(name.front()) != std::string_view::npos;
  return fmt::format("{} {}", begins_with_vowel ? "an" : "a", name);
}

std::string described(const Node& node) {
  return node.kind == Kind::function ? fmt::format("`{}(...)`", node.text)
                                     : fmt::format("`{}`", printable(node.text, 40));
}

class Resolver {
 public:
  Expression run(Node root) {
    expression_.root = std::move(root);
    infer();
    note_step(expression_.root);
    settle(expression_.root, Sort::condition);
    check_moments(expression_.root);
    check_names(expression_.root);
    for (const auto& [name, known] : names_) { expression_.names.emplace(name, known.sort); }
    return std::move(expression_);
  }

 private:
  struct Known {
    Sort sort;
    bulkhead::Place place;  ///< that decided
  };

  // --- what the names are

  /// From the surest source on; every name that becomes known may make others so.
  void infer() {
    for (size_t i = 0; i < std::size(sources);) {
      const size_t before = names_.size();
      learn(expression_.root, sources[i]);
      i = names_.size() != before ? 0 : i + 1;
    }
  }
  void learn(const Node& node, Source source) {
    if (node.kind == Kind::function && source == Source::certain) {
      for (size_t i = 0; i < node.children.size(); ++i) { name_is(node.children[i], node.function->parameters[i]); }
    }
    if (is_comparison(node)) {
      learn_from(node.children[1], node.children[0], source);
      learn_from(node.children[0], node.children[1], source);
    }
    for (const Node& child : node.children) { learn(child, source); }
  }
  void learn_from(const Node& teacher, const Node& name, Source source) {
    if (const auto sort = sort_from(teacher, source)) { name_is(name, *sort); }
  }
  void name_is(const Node& node, Sort sort) {
    if (node.kind == Kind::name) { names_.try_emplace(node.text, Known{sort, node.place}); }
  }
  std::optional<Sort> sort_from(const Node& node, Source source) const {
    switch (source) {
      case Source::certain:
        return node.kind == Kind::given && node.given->what == GivenRow::What::argument ? std::nullopt : known(node);
      case Source::preferred:
        if (node.kind == Kind::given) { return node.given->prefer; }
        return node.kind == Kind::constant ? std::optional(Sort::compartment) : std::nullopt;
      case Source::a_number:
        return node.kind == Kind::literal ? std::optional(Sort::number) : std::nullopt;
    }
    return std::nullopt;
  }
  std::optional<Sort> known(const Node& node) const {
    switch (node.kind) {
      case Kind::literal:
        return std::nullopt;
      case Kind::constant: {
        const auto meanings = enumerators_named(node.text);
        return meanings.size() == 1 ? std::optional(meanings.front().sort) : std::nullopt;
      }
      case Kind::name: {
        const auto found = names_.find(node.text);
        return found == names_.end() ? std::nullopt : std::optional(found->second.sort);
      }
      case Kind::given:
        return node.given->sort;
      case Kind::function:
        return node.function->result;
      case Kind::operation:
        return Sort::condition;
    }
    return std::nullopt;
  }

  // --- whether everything fits

  [[noreturn]] static void misfit(const Node& node, std::string_view is, Sort wanted) {
    throw Error(node.place, fmt::format("{} is {} where {} belongs; expected {}", described(node), is,
                                        with_article(wanted), expected_of(wanted)));
  }

  /// Gives a node the sort that its place wants, or throws.
  void settle(Node& node, Sort wanted) {
    switch (node.kind) {
      case Kind::literal:
        settle_literal(node, wanted);
        break;
      case Kind::constant:
        settle_constant(node, wanted);
        break;
      case Kind::name:
        settle_name(node, wanted);
        break;
      case Kind::given:
        settle_sort(node, node.given->sort, wanted);
        break;
      case Kind::function:
        settle_sort(node, node.function->result, wanted);
        for (size_t i = 0; i < node.children.size(); ++i) { settle(node.children[i], node.function->parameters[i]); }
        break;
      case Kind::operation:
        settle_sort(node, Sort::condition, wanted);
        settle_operands(node);
        break;
    }
  }
  static void settle_literal(Node& node, Sort wanted) {
    if (is_enumeration(wanted) || wanted == Sort::condition) { misfit(node, "a number", wanted); }
    if (node.value > largest(wanted)) {
      throw Error(node.place, fmt::format("{} is too large for {}; expected at most 0x{:x}", described(node),
                                          with_article(wanted), largest(wanted)));
    }
    const bool is_address = wanted == Sort::frame || wanted == Sort::ipa;
    if (is_address) { node.value >>= page_shift; }
    node.sort = wanted;
  }
  static void settle_constant(Node& node, Sort wanted) {
    const auto meanings = enumerators_named(node.text);
    for (const Enumerator& meaning : meanings) {
      if (meaning.sort == wanted) {
        node.sort = wanted;
        node.value = meaning.value;
        return;
      }
    }
    misfit(node, with_article(meanings.front().sort), wanted);
  }
  void settle_name(Node& node, Sort wanted) {
    const auto found = names_.find(node.text);
    if (found == names_.end()) {
      if (wanted == Sort::condition) { misfit(node, "a free name", wanted); }
      throw Error(node.place, fmt::format("nothing says what `{}` is; expected it in a function or compared with "
                                          "something known, or a constant, an argument or a function",
                                          printable(node.text, 40)));
    }
    if (!fits(found->second.sort, wanted)) {
      misfit(node, fmt::format("{} by column {}", with_article(found->second.sort), found->second.place.column),
             wanted);
    }
    node.sort = found->second.sort;
  }
  static void settle_sort(Node& node, Sort sort, Sort wanted) {
    if (!fits(sort, wanted)) { misfit(node, with_article(sort), wanted); }
    node.sort = sort;
  }
  /// A number is taken where an address, an id, an index or a level is wanted.
  static bool fits(Sort sort, Sort wanted) { return sort == wanted || (sort == Sort::number && has_order(wanted)); }

  void settle_operands(Node& node) {
    if (is_comparison(node)) { return settle_comparison(node); }
    for (Node& child : node.children) { settle(child, Sort::condition); }
  }
  void settle_comparison(Node& node) {
    const auto left = known(node.children[0]);
    const auto right = known(node.children[1]);
    const Sort sort = left ? *left : right ? *right : known_by_preference(node);
    settle(node.children[0], left ? *left : sort);
    const bool takes_number = left && right && fits(*left, *right);
    settle(node.children[1], takes_number ? *right : sort);
    if (asks_for_order(node) && !has_order(sort)) {
      throw Error(node.place, fmt::format("`{}` cannot compare values of this kind, {}; expected `==` or `!=`",
                                          node.text, name_of(sort)));
    }
  }
  /// Of two sides that both leave it open: `host` is a compartment, all else a number.
  static Sort known_by_preference(const Node& node) {
    const auto is_constant = [](const Node& side) { return side.kind == Kind::constant; };
    return std::any_of(node.children.begin(), node.children.end(), is_constant) ? Sort::compartment : Sort::number;
  }

  // --- one state or a step

  void note_step(const Node& node) {
    const bool is_of_step = node.kind == Kind::given || node.moment != Moment::only;
    if (is_of_step && !expression_.has_step) {
      expression_.has_step = true;
      sign_of_step_ = &node;
    }
    for (const Node& child : node.children) { note_step(child); }
  }
  void check_moments(const Node& node) {
    if (node.kind == Kind::function) { check_during(node); }
    if (expression_.has_step && node.kind == Kind::function && node.moment == Moment::only) {
      const auto& sign = *sign_of_step_;
      throw Error(
          node.place,
          fmt::format("of which state? expected `before.{0}` or `after.{0}`, for there is a step: `{1}` in "
                      "column {2}{3}",
                      node.text, sign.text, sign.place.column,
                      sign.kind == Kind::given ? " is what the call was given or gave; a free name needs another"
                                                 " spelling"
                                               : " is of before or after it"));
    }
    for (const Node& child : node.children) { check_moments(child); }
  }

  /// What TLBs may hold is asked of the moments of a call, and nothing else is.
  void check_during(const Node& node) {
    const bool of_effects = node.function->function == Function::can_translate;
    const bool is_during = node.moment == Moment::during;
    expression_.has_effects = expression_.has_effects || is_during;
    if (of_effects == is_during) { return; }
    throw Error(node.place, of_effects ? fmt::format("expected `during.{}`: it is of the moments of a call", node.text)
                                       : fmt::format("`during.` is of can_translate alone; expected `before.{0}` or "
                                                     "`after.{0}`",
                                                     node.text));
  }

  /// "Is there any status that the status is" says nothing: such a name is a misspelt constant.
  void check_names(const Node& node) {
    if (node.kind == Kind::name && is_enumeration(*node.sort) && count(expression_.root, node.text) == 1) {
      throw Error(node.place, fmt::format("`{}` is used once and could be any {}, which says nothing; expected {}",
                                          printable(node.text, 40), name_of(*node.sort), expected_of(*node.sort)));
    }
    for (const Node& child : node.children) { check_names(child); }
  }
  static size_t count(const Node& node, const std::string& name) {
    size_t found = node.kind == Kind::name && node.text == name ? 1 : 0;
    for (const Node& child : node.children) { found += count(child, name); }
    return found;
  }

  Expression expression_;
  std::map<std::string, Known> names_;
  const Node* sign_of_step_ = nullptr;
};

}  // namespace

Expression resolve(Node root) { return Resolver().run(std::move(root)); }

}  // namespace bulkhead::refine::query
