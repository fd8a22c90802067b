#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "refine/term.hpp"

/// Faults put into a program while it runs in the symbolic domain, without a change to its source. Everything that a
/// program does there is an event: it decides, combines, compares, selects, writes and touches hardware. A mutation
/// names one event and what goes wrong at it.
namespace bulkhead::refine {

enum class Moment : uint8_t {
  decision,     ///< which way a path goes
  conjunction,  ///< `&` of two truth values
  disjunction,  ///< `|` of two truth values
  comparison,   ///< `<` and its relatives
  selection,    ///< `select`
  search,       ///< whether some word or page satisfies a predicate
  belief,       ///< what the program states of itself (`D::check`)
  write,        ///< of a field of the state
  load,
  store,
  fill,
  copy,
  clean,
  dsb,
  isb,
  tlbi,
  msr,
  dc,
  ic,
  lock,
  unlock,
  exception,
  eret,
  output,  ///< a value returned to the caller
};

enum class Operator : uint8_t {
  drop,       ///< it does not happen; a load gives zero
  duplicate,  ///< it happens twice
  move,       ///< it happens after the next effect
  negate,
  always,            ///< a check that always holds
  never,             ///< a check that never holds
  left,              ///< only the left operand counts
  right,             ///< only the right operand counts
  off_by_one,        ///< `<` for `<=`, or the other way round
  value_off_by_one,  ///< one more than it should be
  value_high_lost,   ///< the upper half of the bits is zero
  value_stale,       ///< what was there before
  target_neighbour,  ///< the frame, or the record of a field, one further
  target_high_lost,  ///< the upper half of the bits of the frame or key is zero
  index_neighbour,   ///< the entry one further
  source_neighbour,  ///< the frame copied from, one further
  source_high_lost,  ///< the upper half of the bits of the frame copied from is zero
  weaker,            ///< a barrier or invalidation of less scope
  zero,              ///< nothing
};
std::string name_of(Moment moment);
std::string name_of(Operator op);

struct Mutation {
  size_t event;  ///< its number on a run
  Operator op;
};

/// One event of a run, and all that can go wrong at it and would make a difference to its text.
struct Event {
  Moment moment;
  std::string what;  ///< the field or the kind of operation, where there is more to say
  Where where;       ///< its source line, where it is known
  size_t decisions;  ///< of the path, before it
  size_t answers;    ///< that decisions got before it
  std::vector<Operator> operators;
  SymBool condition = true;  ///< of a selection or search: what it depends on
};

/// Sees every event of a run, and puts at most one fault into it. One at a time on a thread is in force: within its
/// `Scope`. What a domain does on its own account, such as reading a map, is no event.
class Mutator {
 public:
  Mutator() = default;
  /// Thrown at a decision for which a guide has no answer.
  struct BeyondGuide {};

  /// A run with a fault. `guide`, if not null, are the answers to take at decisions, as another run gave them.
  explicit Mutator(std::optional<Mutation> mutation, const std::vector<bool>* guide = nullptr)
      : mutation_(mutation), guide_(guide) {}
  /// The fault happens only on runs whose decisions before it were answered so.
  void only_after(std::vector<bool> answers) { only_after_ = std::move(answers); }

  /// The one in force on this thread; none, most of the time.
  static Mutator* current() { return current_; }
  class Scope {
   public:
    explicit Scope(Mutator* mutator) : before_(current_) { current_ = mutator; }
    ~Scope() { current_ = before_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Mutator* before_;
  };
  /// Within it nothing is an event.
  class Quiet : public Scope {
   public:
    Quiet() : Scope(nullptr) {}
  };

  // --- what a program does
  bool decide(const SymBool& condition);
  /// The operand that alone counts; null if both do.
  const SymBool* one_of(Moment moment, const SymBool& a, const SymBool& b);
  /// Whether a comparison is to take equal operands the other way.
  bool is_off_by_one(Where where);
  /// What a search or selection is said to be, whatever it is.
  std::optional<bool> fixed(Moment moment, Where where);
  /// What the last search or selection really depends on.
  void depends_on(const SymBool& condition) { events_.back().condition = condition; }
  SymBool belief(const SymBool& holds);
  /// Whether a field is written; key and value may be changed.
  bool write(const char* field, SymBits& key, SymBits& value);
  SymBits output(const SymBits& value);

  /// Counts an event, at which `operators` can go wrong; what does, if this is the one.
  std::optional<Operator> next(Moment moment, std::string what, Where where, std::vector<Operator> operators);
  /// Whether the value differs with its upper half zero.
  static bool has_high_half(const SymBits& value);
  /// The value as the operator leaves it.
  static SymBits altered(const SymBits& value, Operator op);

  const std::vector<Event>& events() const { return events_; }
  /// The answers that decisions got, a fault apart.
  const std::vector<bool>& answers() const { return answers_; }

 private:
  static thread_local Mutator* current_;

  std::optional<Mutation> mutation_;
  const std::vector<bool>* guide_ = nullptr;
  std::optional<std::vector<bool>> only_after_;
  std::vector<Event> events_;
  std::vector<bool> answers_;
  Session* session_ = nullptr;  ///< of the decisions
};

}  // namespace bulkhead::refine
