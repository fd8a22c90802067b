#include "refine/step.hpp"

/// `locking`: a call is one step under the engine lock. Between any two of its effects guests, the host and hardware
/// act; what they can write, a call reads at most once, so that it never judges one value and uses another.
namespace bulkhead::refine {
namespace {

using S = Symbolic;
using Kind = hw::EffectKind;

bool frames_the_call(Kind kind) {
  return kind == Kind::exception || kind == Kind::lock || kind == Kind::unlock || kind == Kind::eret;
}

/// The exception, then the lock, then all else, then the lock given back and the return, each once.
bool is_one_step(const Step& s) {
  const auto& e = s.effects;
  const size_t n = e.size();
  if (n < 4 || e[0].kind != Kind::exception || e[1].kind != Kind::lock) { return false; }
  if (e[n - 2].kind != Kind::unlock || e[n - 1].kind != Kind::eret) { return false; }
  for (size_t i = 2; i + 2 < n; ++i) {
    if (frames_the_call(e[i].kind)) { return false; }
  }
  return true;
}

/// How often the engine had touched its state when the only effect of that kind happened.
uint64_t accesses_at(const Step& s, Kind kind) {
  for (size_t i = 0; i < s.effects.size(); ++i) {
    if (s.effects[i].kind == kind) { return s.moments[i].accesses; }
  }
  return 0;
}

bool touches_state_under_lock(const Step& s) {
  return is_one_step(s) && accesses_at(s, Kind::lock) == 0 && accesses_at(s, Kind::unlock) == s.accesses;
}

/// Whether only the engine and table walkers read a frame, and only the engine writes it.
SymBool is_private(const KeptRecords& kept, Frame<S> frame) {
  const auto state = kept.frames.state.get(frame);
  return (state == FrameState::root) | (state == FrameState::table) | (state == FrameState::engine);
}

/// What an effect reads: the frame, if it does.
std::optional<Frame<S>> read_by(const hw::Effect<S>& effect) {
  if (effect.kind == Kind::load) { return effect.frame; }
  if (effect.kind == Kind::copy) { return effect.source; }
  return std::nullopt;
}

/// No word that others can write is read by two effects. A copy reads each word of its source once.
SymBool fetches_once(const Step& s) {
  SymBool all = true;
  for (size_t i = 0; i < s.effects.size(); ++i) {
    const auto later = read_by(s.effects[i]);
    if (!later) { continue; }
    for (size_t j = 0; j < i; ++j) {
      const auto earlier = read_by(s.effects[j]);
      if (earlier) { all = all & ((*later != *earlier) | is_private(s.moments[i], *later)); }
    }
  }
  return all;
}

}  // namespace

void add_locking(const Step& /*step*/, std::vector<Statement>& all) {
  all.push_back({"locking", "one_step", "the call is one step under the engine lock, from exception to return",
                 [](const Step& s, const Point&) { return SymBool(is_one_step(s)); }});
  all.push_back({"locking", "under_lock", "the engine touches its state only while it holds its lock",
                 [](const Step& s, const Point&) { return SymBool(touches_state_under_lock(s)); }});
  all.push_back({"locking", "fetched_once", "no memory that others can write is read twice",
                 [](const Step& s, const Point&) { return fetches_once(s); }});
}

}  // namespace bulkhead::refine
