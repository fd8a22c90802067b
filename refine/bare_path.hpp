#pragma once

#include <functional>
#include <memory>

#include "refine/path.hpp"

namespace bulkhead::refine {

/// What is claimed of a path of a session.
using Claim = std::function<SymBool(const Session&, const Path&)>;

/// A path once more, in a session of its own that knows little more of it than what it read: the facts by which goals
/// are proved only stand in the way of who looks for a state.
class BarePath {
 public:
  explicit BarePath(unsigned seed) : session_(seed) {}

  /// The path that the other session is on, made when it is first asked for.
  Path& like(const Session& other, Call call, const CallFault& fault = {});
  /// The session is on another path.
  void forget() { path_.reset(); }
  Session& session() { return session_; }

 private:
  Session session_;
  std::unique_ptr<Path> path_;
};

}  // namespace bulkhead::refine
