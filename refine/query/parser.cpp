#include <fmt/format.h>

#include <array>
#include <utility>

#include "refine/query/expression.hpp"
#include "refine/query/tokens.hpp"

namespace bulkhead::refine::query {
namespace {

constexpr std::array<std::pair<std::string_view, Operator>, 6> comparisons = {{{"==", Operator::equal},
                                                                               {"!=", Operator::unequal},
                                                                               {"<", Operator::less},
                                                                               {"<=", Operator::less_equal},
                                                                               {">", Operator::greater},
                                                                               {">=", Operator::greater_equal}}};

std::string all_functions() {
  std::string list;
  for (const FunctionRow& row : functions()) { list += (list.empty() ? "" : ", ") + shape_of(row); }
  return list;
}

std::string shown(const Token& token) {
  return token.kind == Token::Kind::end ? "the end" : fmt::format("`{}`", printable(token.text, 40));
}

std::optional<Operator> comparison(const Token& token) {
  for (const auto& [mark, op] : comparisons) {
    if (token.is(mark)) { return op; }
  }
  return std::nullopt;
}

Node operation(Operator op, const Token& token, std::vector<Node> children) {
  Node node;
  node.kind = Node::Kind::operation;
  node.op = op;
  node.place = token.place;
  node.text = token.text;
  node.children = std::move(children);
  return node;
}

/// Recursive descent: each operator binds tighter than the one before it.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Node all() {
    if (here().kind == Token::Kind::end) {
      throw Error(here().place, "the expression is empty; expected a condition, such as state(f) == spare");
    }
    Node root = implication();
    if (here().kind != Token::Kind::end) { unexpected("`and`, `or`, `implies`, a comparison or the end"); }
    return root;
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() {
    Token token = here();
    if (at_ + 1 < tokens_.size()) { ++at_; }
    return token;
  }
  [[noreturn]] void unexpected(std::string_view expected) const {
    throw Error(here().place, fmt::format("{} cannot stand here; expected {}", shown(here()), expected));
  }
  void expect(std::string_view mark, std::string_view expected) {
    if (!here().is(mark)) { unexpected(expected); }
    take();
  }

  /// Counts how deep the expression is nested where it is read.
  struct Deeper {
    Parser& parser;
    explicit Deeper(Parser& one) : parser(one) {
      if (++parser.depth_ <= deepest_expression) { return; }
      throw Error(parser.here().place, fmt::format("nested deeper than {} levels", deepest_expression));
    }
    ~Deeper() { --parser.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
  };

  Node implication() {
    const Deeper deeper(*this);
    Node left = disjunction();
    if (!here().is("implies")) { return left; }
    const Token token = take();
    return operation(Operator::implies, token, {std::move(left), implication()});
  }
  Node disjunction() {
    return chain("or", Operator::either, [this] { return conjunction(); });
  }
  Node conjunction() {
    return chain("and", Operator::both, [this] { return negation(); });
  }
  /// However many operands there are, the tree is one level deep.
  template <class Operand>
  Node chain(std::string_view word, Operator op, const Operand& operand) {
    Node first = operand();
    if (!here().is(word)) { return first; }
    Node all = operation(op, here(), {});
    all.children.push_back(std::move(first));
    while (here().is(word)) {
      take();
      all.children.push_back(operand());
    }
    return all;
  }
  Node negation() {
    if (!here().is("not")) { return compared(); }
    const Deeper deeper(*this);
    const Token token = take();
    return operation(Operator::negate, token, {negation()});
  }
  Node compared() {
    Node left = primary();
    const auto op = comparison(here());
    if (!op) { return left; }
    const Token token = take();
    Node node = operation(*op, token, {});
    node.children.push_back(std::move(left));
    node.children.push_back(primary());
    if (comparison(here())) { unexpected("`and` and another comparison: comparisons cannot be chained"); }
    return node;
  }

  Node primary() {
    if (here().is("(")) { return bracketed(); }
    if (here().kind == Token::Kind::number) { return literal(); }
    if (here().kind != Token::Kind::word) { unexpected(of_primary); }
    if (here().is("before") || here().is("after") || here().is("during")) { return of_moment(); }
    if (is_keyword(here().text)) { unexpected(of_primary); }
    if (ahead().is("(")) { return call(Moment::only); }
    if (ahead().is(".")) {
      throw Error(here().place,
                  fmt::format("{} cannot stand before a dot; expected `before`, `after` or `during`", shown(here())));
    }
    return word();
  }
  Node bracketed() {
    const Token open = take();
    Node inside = implication();
    if (here().is(")")) {
      take();
      return inside;
    }
    unexpected(fmt::format("`)` for the `(` in column {}, or an operator", open.place.column));
  }
  Node literal() {
    const Token token = take();
    Node node;
    node.place = token.place;
    node.text = token.text;
    node.value = token.value;
    return node;
  }
  Node of_moment() {
    const Token moment = take();
    expect(".", fmt::format("`.` and a function after `{}`", moment.text));
    if (here().kind != Token::Kind::word) { unexpected("a function: " + all_functions()); }
    return call(moment_named(moment.text));
  }
  static Moment moment_named(std::string_view word) {
    return word == "before" ? Moment::before : word == "after" ? Moment::after : Moment::during;
  }
  Node call(Moment moment) {
    const Token name = take();
    Node node;
    node.kind = Node::Kind::function;
    node.place = name.place;
    node.text = name.text;
    node.moment = moment;
    node.function = function_named(name.text);
    if (node.function == nullptr) {
      throw Error(name.place, fmt::format("there is no function {}; expected one of {}", shown(name), all_functions()));
    }
    expect("(", "`(`: " + shape_of(*node.function));
    arguments(node);
    return node;
  }
  void arguments(Node& node) {
    const std::string shape = shape_of(*node.function);
    const size_t count = node.function->parameters.size();
    for (size_t i = 0; i < count; ++i) {
      if (here().is(")") || here().kind == Token::Kind::end) {
        unexpected(fmt::format("{}: {}", expected_of(node.function->parameters[i]), shape));
      }
      const Deeper deeper(*this);
      node.children.push_back(primary());
      const bool is_last = i + 1 == count;
      expect(is_last ? ")" : ",", fmt::format("`{}`: {}", is_last ? ")" : ",", shape));
    }
  }
  Node word() {
    const Token token = take();
    Node node;
    node.place = token.place;
    node.text = token.text;
    node.given = given_named(token.text);
    const bool is_constant = !enumerators_named(token.text).empty();
    node.kind = node.given != nullptr ? Node::Kind::given : is_constant ? Node::Kind::constant : Node::Kind::name;
    const bool is_function = node.kind == Node::Kind::name && function_named(token.text) != nullptr;
    if (is_function) {
      throw Error(token.place,
                  fmt::format("`{}` is a function; expected {}", token.text, shape_of(*function_named(token.text))));
    }
    return node;
  }

  static constexpr std::string_view of_primary =
      "a function, a name, a number, a constant, `before.`, `after.`, `during.`, `not` or `(`";
  std::vector<Token> tokens_;
  size_t at_ = 0;
  unsigned depth_ = 0;
};

}  // namespace

namespace {

std::string_view prefix_of(Moment moment) {
  switch (moment) {
    case Moment::only:
      return "";
    case Moment::before:
      return "before.";
    case Moment::after:
      return "after.";
    case Moment::during:
      return "during.";
  }
  return "";
}

}  // namespace

std::string as_written(const Node& node) {
  if (node.kind != Node::Kind::function) { return node.text; }
  std::string text = std::string(prefix_of(node.moment)) + node.text + "(";
  for (size_t i = 0; i < node.children.size(); ++i) { text += (i == 0 ? "" : ", ") + as_written(node.children[i]); }
  return text + ")";
}

Node parse(std::string_view text, const std::string& file) { return Parser(tokens_of(text, file)).all(); }

Expression read_expression(std::string_view text, const std::string& file) {
  Expression expression = resolve(parse(text, file));
  expression.text = text;
  return expression;
}

}  // namespace bulkhead::refine::query
