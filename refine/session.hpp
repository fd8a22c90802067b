#pragma once

#include <z3++.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "refine/term.hpp"

namespace bulkhead::refine {

/// What a key of the state before is a key of. Reading at a site makes the invariants about it
/// available.
enum class Site : uint8_t { frame, entry, compartment, vcpu, cpu };

struct Read {
  Site site;
  SymBits first;
  SymBits second;      ///< the index of an entry or a vCPU; unused at other sites
  unsigned depth = 0;  ///< 0: read by the program or a goal; n: by a fact about a read at n - 1
};

/// One decision of a path.
struct Decision {
  SymBool condition;
  bool taken;
  bool forced;  ///< the other way is infeasible
};

/// A belief that the program stated on a path (`D::check`).
struct Belief {
  SymBool holds;
  const char* what;
  size_t decisions;  ///< how many decisions of the path came before
};

/// A universal fact over table indices, vCPU indices or pages, instantiated at every such key that is read.
struct Universal {
  enum class Over : uint8_t { index, vcpu, page } over;
  std::function<SymBool(const SymBits&)> instance;
};

/// "Some entry of this frame satisfies a predicate", and the index that would.
struct EntryWitness {
  SymBool found;
  SymBits frame;
  SymBits index;
};

/// An uninterpreted function applied somewhere in the facts or the goal: what a model has to say.
struct Application {
  std::string function;
  std::vector<SymBits> arguments;
  SymBits result;
};

/// One symbolic run: a Z3 context, the path being taken and the facts that hold on it. Every fact is
/// true of every legal state, so assuming it is sound; a goal is proved from facts and decisions.
class Session {
 public:
  explicit Session(unsigned seed = 0);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- terms
  z3::context& context() { return context_; }
  Z3_ast keep(Z3_ast term);
  SymBits fresh_bits(const std::string& name, unsigned width);
  SymBool fresh_bool(const std::string& name);
  /// The application of an uninterpreted function of that name; no arguments gives a constant.
  SymBits apply(const std::string& function, const std::vector<SymBits>& arguments, unsigned width);

  /// That a function has a value at a key, if there is such a function yet; true if there is none.
  SymBool says(const std::string& function, const std::vector<uint64_t>& key, uint64_t value);

  /// Every application made on this run, once each.
  const std::vector<Application>& applications() const { return applications_; }

  // --- the path
  /// Starts a run along the given choices; what comes after them is explored.
  void begin(std::vector<bool> choices);
  bool decide(const SymBool& condition);
  /// Goes that way, without asking whether the path is feasible.
  bool decide_as(const SymBool& condition, bool taken);
  /// Which way this very condition, or its negation, was decided on this path; nothing if it was not.
  std::optional<bool> decided(const SymBool& condition);
  void believe(const SymBool& holds, const char* what);
  const std::vector<Decision>& decisions() const { return decisions_; }
  const std::vector<Belief>& beliefs() const { return beliefs_; }
  SymBool all_beliefs() const;
  /// Choices of paths that branch off this run and were not taken.
  const std::vector<std::vector<bool>>& alternatives() const { return alternatives_; }
  SymBool path_condition() const;

  // --- facts
  /// `origin` says, for a person, whose fact it is: an invariant's name, say. It must outlive the session.
  void assume(const SymBool& fact, std::string_view origin = {});
  const std::vector<SymBool>& facts() const { return facts_; }
  /// Of each fact its origin; empty if it is true by definition.
  const std::vector<std::string_view>& origins() const { return origins_; }
  /// Someone who adds the facts about a key when it is first read.
  void on_read(std::function<void(const Read&)> hook) { hook_ = std::move(hook); }
  void note(Read read);
  /// Follows one place that was too deep, and none of what that reads.
  void note_shallow(const Read& read);
  /// Follows every place that was too deep, and none of what those read. Whether that added a fact.
  bool deepen();
  /// Evaluates without following the reads that are made.
  template <class Evaluate>
  auto quietly(const Evaluate& evaluate) {
    struct Restore {
      unsigned& depth;
      unsigned before;
      ~Restore() { depth = before; }
    };
    const Restore restore{depth_, std::exchange(depth_, max_depth_)};
    return evaluate();
  }
  const std::vector<Read>& reads() const { return reads_; }
  /// Reads too deep to be followed.
  const std::vector<Read>& unfollowed() const { return unfollowed_; }
  /// How deep reads made by facts about reads are followed.
  void follow_to(unsigned depth) { max_depth_ = depth; }
  static constexpr unsigned usual_depth = 1;
  /// Someone who adds facts about every page that is noted, once each.
  void on_page(std::function<void(const SymBits&)> hook);
  void add_universal(Universal universal);
  void note_index(const SymBits& index);
  void note_vcpu(const SymBits& index);
  void note_page(const SymBits& page);
  const std::vector<SymBits>& pages() const { return pages_; }
  SymBool some_entry(const SymBits& frame, const std::function<SymBool(const SymBits&)>& holds_at);
  SymBool some_vcpu(const std::function<SymBool(const SymBits&)>& holds_at);
  SymBool some_page(const std::function<SymBool(const SymBits&)>& inside,
                    const std::function<SymBool(const SymBits&)>& holds_at);
  const std::vector<EntryWitness>& entry_witnesses() const { return entry_witnesses_; }
  /// From now on keeps what each search is about: its answer is a name, and the same name may stand for another search
  /// on another run.
  void keep_definitions() { keeps_definitions_ = true; }
  /// What each search of this run asks, of one arbitrary entry or page.
  const std::vector<z3::expr>& definitions() const { return definitions_; }

  /// Forgets, at its end, all facts, reads and cases that came after its beginning.
  class Scope {
   public:
    explicit Scope(Session& session);
    ~Scope();  // NOLINT(bugprone-exception-escape): a session that cannot be restored must not go on
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    size_t first_fact() const { return facts_; }

   private:
    Session& session_;
    size_t facts_, reads_, universals_, indices_, vcpus_, pages_, witnesses_, applications_, unfollowed_, definitions_;
  };

  /// Cases into which a goal that is hard as a whole may be split: each of these, and none of them.
  void split_into(std::vector<SymBool> cases) { cases_ = std::move(cases); }
  const std::vector<SymBool>& cases() const { return cases_; }

  /// Whether the facts and decisions so far leave `condition` possible. Unknown counts as possible.
  bool feasible(const SymBool& condition);
  z3::solver& solver() { return solver_; }
  z3::expr expr(const SymBool& value) { return {context_, value.term(*this)}; }
  z3::expr expr(const SymBits& value) { return {context_, value.term(*this)}; }

 private:
  using Key = std::pair<unsigned, std::pair<uint64_t, uint64_t>>;
  static Key key_of(const Read& read);
  static uint64_t id_of(const SymBits& bits);
  void instantiate(const Universal& universal, const SymBits& key);
  const std::vector<SymBits>& keys_over(Universal::Over over) const;
  static bool note_key(std::vector<SymBits>& known, const SymBits& key);
  void instantiate_all(Universal::Over over, const SymBits& key);
  bool take(const SymBool& condition, bool taken, bool forced);
  void define(unsigned width, const std::function<SymBool(const SymBits&)>& holds_at);

  z3::context context_;
  z3::solver solver_;
  std::vector<z3::ast> kept_;
  std::map<std::string, z3::func_decl> functions_;
  unsigned fresh_ = 0;
  std::vector<Application> applications_;
  std::set<Z3_ast> applied_;

  std::vector<bool> choices_;
  std::vector<Decision> decisions_;
  std::map<Z3_ast, bool> decided_;
  std::vector<Belief> beliefs_;
  std::vector<std::vector<bool>> alternatives_;

  std::vector<SymBool> facts_;
  std::vector<std::string_view> origins_;
  std::set<Z3_ast> fact_terms_;
  std::function<void(const Read&)> hook_;
  std::function<void(const SymBits&)> page_hook_;
  std::vector<Read> reads_;
  std::set<Key> read_keys_;
  std::vector<Read> unfollowed_;
  std::vector<Universal> universals_;
  std::vector<SymBits> indices_, vcpus_, pages_;
  std::vector<EntryWitness> entry_witnesses_;
  std::vector<z3::expr> definitions_;
  std::vector<SymBool> cases_;
  bool keeps_definitions_ = false;
  unsigned depth_ = 0;
  unsigned max_depth_ = usual_depth;
};

}  // namespace bulkhead::refine
