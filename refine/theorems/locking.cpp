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

/// That words of a frame are read, and what the engine keeps then.
struct Reading {
  Frame<S> frame;
  const KeptRecords* kept;
};

/// What a call reads by effects and by searches of whole frames, in no order.
std::vector<Reading> readings(const Step& s) {
  std::vector<Reading> all;
  for (size_t i = 0; i < s.effects.size(); ++i) {
    const hw::Effect<S>& e = s.effects[i];
    if (e.kind == Kind::load) { all.push_back({e.frame, &s.moments[i]}); }
    if (e.kind == Kind::copy) { all.push_back({e.source, &s.moments[i]}); }
  }
  for (const FrameSearch& search : s.searches) {
    all.push_back({search.frame, &s.moments[search.position == 0 ? 0 : search.position - 1]});
  }
  return all;
}

/// No word that others can write is read twice. A copy and a search read each word once.
SymBool fetches_once(const Step& s) {
  const std::vector<Reading> all_readings = readings(s);
  SymBool all = true;
  for (size_t i = 0; i < all_readings.size(); ++i) {
    const auto [frame, kept] = all_readings[i];
    for (size_t j = 0; j < i; ++j) { all = all & ((frame != all_readings[j].frame) | is_private(*kept, frame)); }
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
