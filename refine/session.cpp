#include "refine/session.hpp"

#include <algorithm>

#include "model/concrete.hpp"
#include "refine/symbolic.hpp"

namespace bulkhead::refine {

Session::Session(unsigned seed) : solver_(context_, "QF_UFBV") {
  z3::params parameters(context_);
  parameters.set("random_seed", seed);
  solver_.set(parameters);
}

Z3_ast Session::keep(Z3_ast term) {
  context_.check_error();
  kept_.emplace_back(context_, term);
  return term;
}

SymBits Session::fresh_bits(const std::string& name, unsigned width) {
  return apply(name + "!" + std::to_string(fresh_++), {}, width);
}

SymBool Session::fresh_bool(const std::string& name) {
  const std::string unique = name + "!" + std::to_string(fresh_++);
  return SymBool::of_term(*this, keep(context_.bool_const(unique.c_str())), {});
}

SymBits Session::apply(const std::string& function, const std::vector<SymBits>& arguments, unsigned width) {
  auto found = functions_.find(function);
  if (found == functions_.end()) {
    z3::sort_vector sorts(context_);
    for (const SymBits& argument : arguments) { sorts.push_back(context_.bv_sort(argument.width())); }
    found = functions_.emplace(function, context_.function(function.c_str(), sorts, context_.bv_sort(width))).first;
  }
  z3::expr_vector terms(context_);
  for (const SymBits& argument : arguments) { terms.push_back(expr(argument)); }
  const SymBits result = SymBits::of_term(*this, keep(found->second(terms)), width);
  if (applied_.insert(result.term(*this)).second) { applications_.push_back({function, arguments, result}); }
  return result;
}

SymBool Session::says(const std::string& function, const std::vector<uint64_t>& key, uint64_t value) {
  const auto found = functions_.find(function);
  if (found == functions_.end()) { return true; }
  z3::expr_vector terms(context_);
  for (unsigned i = 0; i < key.size(); ++i) {
    terms.push_back(context_.bv_val(key[i], found->second.domain(i).bv_size()));
  }
  const unsigned width = found->second.range().bv_size();
  const SymBits result = SymBits::of_term(*this, keep(found->second(terms)), width);
  return Symbolic::equal(result, SymBits::of_constant(value, width), {});
}

void Session::begin(std::vector<bool> choices) {
  choices_ = std::move(choices);
  decisions_.clear();
  decided_.clear();
  beliefs_.clear();
  alternatives_.clear();
  facts_.clear();
  origins_.clear();
  fact_terms_.clear();
  reads_.clear();
  read_keys_.clear();
  unfollowed_.clear();
  universals_.clear();
  indices_.clear();
  vcpus_.clear();
  pages_.clear();
  entry_witnesses_.clear();
  definitions_.clear();
  cases_.clear();
  applications_.clear();
  applied_.clear();
  solver_.reset();
  page_hook_ = nullptr;
  kept_.clear();
  fresh_ = 0;
}

std::optional<bool> Session::decided(const SymBool& condition) {
  const auto found = decided_.find(condition.term(*this));
  if (found != decided_.end()) { return found->second; }
  return std::nullopt;
}

bool Session::decide(const SymBool& condition) {
  if (const auto known = decided(condition)) { return *known; }
  const size_t position = decisions_.size();
  bool taken = true;
  bool forced = false;
  if (position < choices_.size()) {
    taken = choices_[position];
  } else {
    const bool can_hold = feasible(condition);
    const bool can_fail = feasible(!condition);
    taken = can_hold;
    forced = !(can_hold && can_fail);
    if (!forced) {
      std::vector<bool> other;
      for (const Decision& decision : decisions_) { other.push_back(decision.taken); }
      other.push_back(false);
      alternatives_.push_back(std::move(other));
    }
  }
  return take(condition, taken, forced);
}

bool Session::decide_as(const SymBool& condition, bool taken) {
  if (const auto known = decided(condition)) { return *known; }
  return take(condition, taken, false);
}

bool Session::take(const SymBool& condition, bool taken, bool forced) {
  decisions_.push_back({condition, taken, forced});
  decided_[condition.term(*this)] = taken;
  decided_[(!condition).term(*this)] = !taken;
  solver_.add(expr(taken ? condition : !condition));
  return taken;
}

void Session::believe(const SymBool& holds, const char* what) { beliefs_.push_back({holds, what, decisions_.size()}); }

SymBool Session::all_beliefs() const {
  SymBool all = true;
  for (const Belief& belief : beliefs_) { all = all & belief.holds; }
  return all;
}

SymBool Session::path_condition() const {
  SymBool all = true;
  for (const Decision& decision : decisions_) {
    all = all & (decision.taken ? decision.condition : !decision.condition);
  }
  return all;
}

void Session::assume(const SymBool& fact, std::string_view origin) {
  if (fact.is_true()) { return; }
  if (fact.is_false()) { throw Fault("a fact about every legal state is false"); }
  if (!fact_terms_.insert(fact.term(*this)).second) { return; }
  facts_.push_back(fact);
  origins_.push_back(origin);
  solver_.add(expr(fact));
}

uint64_t Session::id_of(const SymBits& bits) {
  if (bits.is_constant()) { return bits.constant(); }
  return uint64_t{1} << 63 | Z3_get_ast_id(bits.session()->context(), bits.term(*bits.session()));
}

Session::Key Session::key_of(const Read& read) {
  return {static_cast<unsigned>(read.site), {id_of(read.first), id_of(read.second)}};
}

void Session::note(Read read) {
  read.depth = depth_;
  if (depth_ >= max_depth_) {
    unfollowed_.push_back(read);
    return;
  }
  if (!read_keys_.insert(key_of(read)).second) { return; }
  reads_.push_back(read);
  ++depth_;
  if (hook_) { hook_(read); }
  --depth_;
}

void Session::note_shallow(const Read& read) {
  const unsigned depth = std::exchange(depth_, max_depth_ - 1);
  note(read);
  depth_ = depth;
}

bool Session::deepen() {
  const size_t before = facts_.size();
  const unsigned usual = std::exchange(max_depth_, std::max(max_depth_, 1U));
  const std::vector<Read> places = unfollowed_;
  for (const Read& place : places) { note_shallow(place); }
  max_depth_ = usual;
  return facts_.size() != before;
}

void Session::instantiate(const Universal& universal, const SymBits& key) {
  const std::function<SymBool(const SymBits&)> instance = universal.instance;
  assume(instance(key));
}

void Session::on_page(std::function<void(const SymBits&)> hook) {
  page_hook_ = std::move(hook);
  const std::vector<SymBits> pages = pages_;
  for (const SymBits& page : pages) { page_hook_(page); }
}

const std::vector<SymBits>& Session::keys_over(Universal::Over over) const {
  switch (over) {
    case Universal::Over::index:
      return indices_;
    case Universal::Over::vcpu:
      return vcpus_;
    case Universal::Over::page:
      return pages_;
  }
  return pages_;
}

void Session::add_universal(Universal universal) {
  const std::vector<SymBits> keys = keys_over(universal.over);
  universals_.push_back(universal);
  for (const SymBits& key : keys) { instantiate(universal, key); }
}

/// Whether the key is a new one.
bool Session::note_key(std::vector<SymBits>& known, const SymBits& key) {
  const auto is_it = [&key](const SymBits& other) { return same(other, key); };
  if (std::any_of(known.begin(), known.end(), is_it)) { return false; }
  known.push_back(key);
  return true;
}

void Session::instantiate_all(Universal::Over over, const SymBits& key) {
  const std::vector<Universal> universals = universals_;
  for (const Universal& universal : universals) {
    if (universal.over == over) { instantiate(universal, key); }
  }
}

void Session::note_index(const SymBits& index) {
  if (note_key(indices_, index)) { instantiate_all(Universal::Over::index, index); }
}

void Session::note_vcpu(const SymBits& index) {
  if (note_key(vcpus_, index)) { instantiate_all(Universal::Over::vcpu, index); }
}

void Session::note_page(const SymBits& page) {
  if (!note_key(pages_, page)) { return; }
  if (page_hook_) { page_hook_(page); }
  instantiate_all(Universal::Over::page, page);
}

void Session::define(unsigned width, const std::function<SymBool(const SymBits&)>& holds_at) {
  if (!keeps_definitions_) { return; }
  const SymBool about = [&] {
    const Scope scope(*this);
    return quietly([&] { return holds_at(apply("any" + std::to_string(width), {}, width)); });
  }();
  definitions_.push_back(expr(about));
}

SymBool Session::some_entry(const SymBits& frame, const std::function<SymBool(const SymBits&)>& holds_at) {
  define(index_bits, holds_at);
  const SymBool found = fresh_bool("some_entry");
  const SymBits witness = fresh_bits("entry_witness", 9);
  entry_witnesses_.push_back({found, frame, witness});
  assume(implies(found, holds_at(witness)));
  add_universal({Universal::Over::index, [found, holds_at](const SymBits& index) { return found | !holds_at(index); }});
  return found;
}

SymBool Session::some_vcpu(const std::function<SymBool(const SymBits&)>& holds_at) {
  define(VcpuIndex<Concrete>::width, holds_at);
  const SymBool found = fresh_bool("some_vcpu");
  assume(implies(found, holds_at(fresh_bits("vcpu_witness", VcpuIndex<Concrete>::width))));
  add_universal({Universal::Over::vcpu, [found, holds_at](const SymBits& index) { return found | !holds_at(index); }});
  return found;
}

SymBool Session::some_page(const std::function<SymBool(const SymBits&)>& inside,
                           const std::function<SymBool(const SymBits&)>& holds_at) {
  define(Page<Concrete>::width, [&](const SymBits& page) { return inside(page) & holds_at(page); });
  const SymBool found = fresh_bool("some_page");
  const SymBits witness = fresh_bits("page_witness", Page<Concrete>::width);
  assume(implies(found, inside(witness) & holds_at(witness)));
  add_universal({Universal::Over::page,
                 [found, inside, holds_at](const SymBits& page) { return found | !inside(page) | !holds_at(page); }});
  return found;
}

bool Session::feasible(const SymBool& condition) {
  solver_.push();
  solver_.add(expr(condition));
  const z3::check_result answer = solver_.check();
  solver_.pop();
  return answer != z3::unsat;
}

Session::Scope::Scope(Session& session)
    : session_(session),
      facts_(session.facts_.size()),
      reads_(session.reads_.size()),
      universals_(session.universals_.size()),
      indices_(session.indices_.size()),
      vcpus_(session.vcpus_.size()),
      pages_(session.pages_.size()),
      witnesses_(session.entry_witnesses_.size()),
      applications_(session.applications_.size()),
      unfollowed_(session.unfollowed_.size()),
      definitions_(session.definitions_.size()) {
  session_.solver_.push();
}

// NOLINTNEXTLINE(bugprone-exception-escape): a session that cannot be restored must not go on
Session::Scope::~Scope() {
  for (size_t i = facts_; i < session_.facts_.size(); ++i) {
    session_.fact_terms_.erase(session_.facts_[i].term(session_));
  }
  for (size_t i = reads_; i < session_.reads_.size(); ++i) { session_.read_keys_.erase(key_of(session_.reads_[i])); }
  session_.facts_.resize(facts_);
  session_.origins_.resize(facts_);
  session_.unfollowed_.erase(session_.unfollowed_.begin() + static_cast<std::ptrdiff_t>(unfollowed_),
                             session_.unfollowed_.end());
  session_.reads_.erase(session_.reads_.begin() + static_cast<std::ptrdiff_t>(reads_), session_.reads_.end());
  session_.universals_.erase(session_.universals_.begin() + static_cast<std::ptrdiff_t>(universals_),
                             session_.universals_.end());
  session_.definitions_.erase(session_.definitions_.begin() + static_cast<std::ptrdiff_t>(definitions_),
                              session_.definitions_.end());
  session_.indices_.resize(indices_);
  session_.vcpus_.resize(vcpus_);
  session_.pages_.resize(pages_);
  session_.entry_witnesses_.erase(session_.entry_witnesses_.begin() + static_cast<std::ptrdiff_t>(witnesses_),
                                  session_.entry_witnesses_.end());
  for (size_t i = applications_; i < session_.applications_.size(); ++i) {
    session_.applied_.erase(session_.applications_[i].result.term(session_));
  }
  session_.applications_.resize(applications_);
  session_.cases_.clear();
  session_.solver_.pop();
}

}  // namespace bulkhead::refine
