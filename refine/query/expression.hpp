#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "refine/query/vocabulary.hpp"

/// Expressions over the spec state before and after a step. The grammar is in docs/queries.md.
namespace bulkhead::refine::query {

/// Which state a function is of; `during`: any between two effects of the call.
enum class Moment : uint8_t { only, before, after, during };

enum class Operator : uint8_t {
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  both,
  either,
  implies,
  negate
};

struct Node {
  enum class Kind : uint8_t { literal, constant, name, given, function, operation } kind = Kind::literal;
  bulkhead::Place place;
  std::string text;  ///< as it is written
  uint64_t value = 0;
  Moment moment = Moment::only;
  const FunctionRow* function = nullptr;
  const GivenRow* given = nullptr;
  Operator op = Operator::equal;
  std::vector<Node> children;
  std::optional<Sort> sort;  ///< known of every node of a resolved expression
};

/// A condition in which everything has a sort.
struct Expression {
  std::string text;
  Node root;
  std::map<std::string, Sort> names;  ///< the free ones: of each, "is there any"
  bool has_step = false;              ///< it speaks of a step, not of one state
  bool has_effects = false;  ///< it speaks of what holds between two effects, which the engine's step alone has
};

/// The longest expression, in bytes, and how deep one may be nested.
inline constexpr size_t longest_expression = 65536;
inline constexpr unsigned deepest_expression = 200;

/// Reads an expression; `file` names it in messages. Lines may end in a comment that begins with `#`.
/// Throws `Error` at the place that is wrong, with what could stand there.
Expression read_expression(std::string_view text, const std::string& file = "EXPRESSION");

/// A function with its arguments as it is written; of other nodes what stands there.
std::string as_written(const Node& node);

/// The syntax alone: no sort is known yet.
Node parse(std::string_view text, const std::string& file);
/// Gives everything its sort.
Expression resolve(Node root);

}  // namespace bulkhead::refine::query
