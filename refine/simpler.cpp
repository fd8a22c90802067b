#include "refine/simpler.hpp"

#include <algorithm>

#include "model/types.hpp"

namespace bulkhead::refine {

std::vector<uint64_t> simpler(uint64_t number) {
  std::vector<uint64_t> list;
  for (const uint64_t candidate : {uint64_t{0}, uint64_t{1}, number & ~low_mask(page_shift), number / 2}) {
    if (candidate < number && std::find(list.begin(), list.end(), candidate) == list.end()) {
      list.push_back(candidate);
    }
  }
  return list;
}

}  // namespace bulkhead::refine
