#include "refine/mutator.hpp"

#include "refine/symbolic.hpp"

namespace bulkhead::refine {

thread_local Mutator* Mutator::current_ = nullptr;

std::string name_of(Moment moment) {
  switch (moment) {
    case Moment::decision:
      return "decision";
    case Moment::conjunction:
      return "and";
    case Moment::disjunction:
      return "or";
    case Moment::comparison:
      return "comparison";
    case Moment::selection:
      return "selection";
    case Moment::search:
      return "search";
    case Moment::belief:
      return "belief";
    case Moment::write:
      return "write";
    case Moment::load:
      return "load";
    case Moment::store:
      return "store";
    case Moment::fill:
      return "fill";
    case Moment::copy:
      return "copy";
    case Moment::clean:
      return "clean";
    case Moment::dsb:
      return "dsb";
    case Moment::isb:
      return "isb";
    case Moment::tlbi:
      return "tlbi";
    case Moment::msr:
      return "msr";
    case Moment::dc:
      return "dc";
    case Moment::ic:
      return "ic";
    case Moment::lock:
      return "lock";
    case Moment::unlock:
      return "unlock";
    case Moment::exception:
      return "exception";
    case Moment::eret:
      return "eret";
    case Moment::output:
      return "output";
  }
  return "event";
}

std::string name_of(Operator op) {
  switch (op) {
    case Operator::drop:
      return "drop";
    case Operator::duplicate:
      return "duplicate";
    case Operator::move:
      return "move";
    case Operator::negate:
      return "negate";
    case Operator::always:
      return "always";
    case Operator::never:
      return "never";
    case Operator::left:
      return "left_only";
    case Operator::right:
      return "right_only";
    case Operator::off_by_one:
      return "off_by_one";
    case Operator::value_off_by_one:
      return "value_off_by_one";
    case Operator::value_high_lost:
      return "value_high_lost";
    case Operator::value_stale:
      return "value_stale";
    case Operator::target_neighbour:
      return "target_neighbour";
    case Operator::target_high_lost:
      return "target_high_lost";
    case Operator::index_neighbour:
      return "index_neighbour";
    case Operator::source_neighbour:
      return "source_neighbour";
    case Operator::source_high_lost:
      return "source_high_lost";
    case Operator::weaker:
      return "weaker";
    case Operator::zero:
      return "zero";
  }
  return "operator";
}

bool Mutator::has_high_half(const SymBits& value) {
  return value.width() > 1 && (!value.is_constant() || (value.constant() >> value.width() / 2) != 0);
}

SymBits Mutator::altered(const SymBits& value, Operator op) {
  const Quiet quiet;
  const unsigned width = value.width();
  switch (op) {
    case Operator::value_off_by_one:
    case Operator::target_neighbour:
    case Operator::index_neighbour:
    case Operator::source_neighbour:
      return Symbolic::add(value, SymBits::of_constant(1, width), width);
    case Operator::value_high_lost:
    case Operator::target_high_lost:
    case Operator::source_high_lost:
      return Symbolic::zero_extend(Symbolic::extract(value, width / 2 - 1, 0), width / 2, width);
    case Operator::zero:
      return SymBits::of_constant(0, width);
    case Operator::drop:
    case Operator::duplicate:
    case Operator::move:
    case Operator::negate:
    case Operator::always:
    case Operator::never:
    case Operator::left:
    case Operator::right:
    case Operator::off_by_one:
    case Operator::value_stale:
    case Operator::weaker:
      break;
  }
  return value;
}

std::optional<Operator> Mutator::next(Moment moment, std::string what, Where where, std::vector<Operator> operators) {
  const size_t number = events_.size();
  const size_t decisions = session_ == nullptr ? 0 : session_->decisions().size();
  events_.push_back({moment, std::move(what), where, decisions, answers_.size(), std::move(operators)});
  const bool is_there = mutation_ && mutation_->event == number && (!only_after_ || *only_after_ == answers_);
  return is_there ? std::optional(mutation_->op) : std::nullopt;
}

bool Mutator::decide(const SymBool& condition) {
  if (session_ == nullptr) { session_ = condition.session(); }
  const auto op = next(Moment::decision, "", condition.where(),
                       condition.is_constant() ? std::vector{Operator::negate}
                                               : std::vector{Operator::negate, Operator::always, Operator::never});
  if (op == Operator::always) { return true; }
  if (op == Operator::never) { return false; }
  bool answer = condition.is_true();
  if (!condition.is_constant()) {
    Session& session = *condition.session();
    if (guide_ == nullptr) {
      answer = session.decide(condition);
    } else if (answers_.size() < guide_->size()) {
      answer = session.decide_as(condition, (*guide_)[answers_.size()]);
    } else {
      throw BeyondGuide{};
    }
  }
  answers_.push_back(answer);
  return op == Operator::negate ? !answer : answer;
}

const SymBool* Mutator::one_of(Moment moment, const SymBool& a, const SymBool& b) {
  // An operand that is known to decide nothing is no operand worth dropping.
  const bool neutral = moment == Moment::conjunction;
  const auto counts = [neutral](const SymBool& x) { return !x.is_constant() || x.is_true() != neutral; };
  std::vector<Operator> operators;
  if (counts(b)) { operators.push_back(Operator::left); }
  if (counts(a)) { operators.push_back(Operator::right); }
  const auto op = next(moment, "", a.where().line != 0 ? a.where() : b.where(), std::move(operators));
  if (!op) { return nullptr; }
  return op == Operator::left ? &a : &b;
}

bool Mutator::is_off_by_one(Where where) {
  return next(Moment::comparison, "", where, {Operator::off_by_one}).has_value();
}

std::optional<bool> Mutator::fixed(Moment moment, Where where) {
  const auto op = next(moment, "", where, {Operator::always, Operator::never});
  if (!op) { return std::nullopt; }
  return op == Operator::always;
}

/// What was combined on the line just before is what the belief says.
SymBool Mutator::belief(const SymBool& holds) {
  for (size_t i = events_.size(); i-- > 0;) {
    Event& event = events_[i];
    const bool combines = event.moment == Moment::conjunction || event.moment == Moment::disjunction;
    if (!combines || event.where.line != holds.where().line) { break; }
    event.what = "belief";
  }
  return next(Moment::belief, "", holds.where(), {Operator::negate}) ? !holds : holds;
}

bool Mutator::write(const char* field, SymBits& key, SymBits& value) {
  std::vector<Operator> operators = {Operator::drop, Operator::target_neighbour, Operator::value_off_by_one};
  if (has_high_half(key)) { operators.push_back(Operator::target_high_lost); }
  if (has_high_half(value)) { operators.push_back(Operator::value_high_lost); }
  const auto op = next(Moment::write, field, {}, std::move(operators));
  if (!op) { return true; }
  const bool on_key = op == Operator::target_neighbour || op == Operator::target_high_lost;
  (on_key ? key : value) = altered(on_key ? key : value, *op);
  return op != Operator::drop;
}

SymBits Mutator::output(const SymBits& value) {
  std::vector<Operator> operators = {Operator::value_off_by_one};
  if (has_high_half(value)) { operators.push_back(Operator::value_high_lost); }
  if (!value.is_constant()) { operators.push_back(Operator::zero); }
  const auto op = next(Moment::output, "", {}, std::move(operators));
  return op ? altered(value, *op) : value;
}

}  // namespace bulkhead::refine
