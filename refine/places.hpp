#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "refine/session.hpp"

/// The places of the state that a session has read.
namespace bulkhead::refine {

inline bool contains(const std::vector<SymBits>& keys, const SymBits& key) {
  return std::any_of(keys.begin(), keys.end(), [&key](const SymBits& other) { return same(key, other); });
}

/// Whether one of the places, all of one site, is this one.
inline bool contains(const std::vector<Read>& places, const Read& place) {
  return std::any_of(places.begin(), places.end(), [&place](const Read& other) {
    return same(place.first, other.first) && same(place.second, other.second);
  });
}

/// What was read at a site, followed first, then what was not.
inline std::vector<Read> places_at(Site site, const Session& session) {
  std::vector<Read> places;
  for (const auto* reads : {&session.reads(), &session.unfollowed()}) {
    std::copy_if(reads->begin(), reads->end(), std::back_inserter(places),
                 [site](const Read& read) { return read.site == site; });
  }
  return places;
}

}  // namespace bulkhead::refine
