#include "refine/obligation.hpp"

#include <algorithm>

namespace bulkhead::refine {

bool Obligation::someone_says(std::string_view answer) const {
  return std::any_of(opinions.begin(), opinions.end(), [&](const Opinion& opinion) { return opinion.says == answer; });
}

Obligation obligation_named(const std::string& name, const std::string& says) {
  Obligation goal;
  goal.text = says;
  std::string* const parts[] = {&goal.theorem, &goal.call, &goal.path, &goal.conjunct};
  size_t part = 0;
  for (const char c : name) {
    // A conjunct may hold anything; the parts before it hold no slash.
    if (c == '/' && part < 3) {
      ++part;
    } else {
      *parts[part] += c;
    }
  }
  return goal;
}

}  // namespace bulkhead::refine
