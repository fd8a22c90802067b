#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"

namespace bulkhead::refine::query {

/// A word, a number or a mark, and where it stands.
struct Token {
  enum class Kind : uint8_t { word, number, mark, end } kind = Kind::end;
  std::string text;
  uint64_t value = 0;
  bulkhead::Place place;

  bool is(std::string_view what) const { return kind != Kind::end && text == what; }
};

/// The tokens of a text, the last of them the end. Throws `Error` at what is none.
std::vector<Token> tokens_of(std::string_view text, const std::string& file);

}  // namespace bulkhead::refine::query
