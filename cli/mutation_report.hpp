#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/equivalents.hpp"
#include "refine/mutate.hpp"

namespace bulkhead::cli {

/// What a mutant means for the verdict.
enum class Standing : uint8_t {
  refuted,     ///< by a theorem
  equivalent,  ///< proved to have no consequence, and listed with a reason
  survivor,    ///< proved to have no consequence, and not listed: nothing needs what it takes away
  stale,       ///< refuted, and listed as one that is not
  undecided,
  fault,
};
std::string_view name_of(Standing standing);

/// The mutants of a run against the list of those that need not be refuted.
class MutationReport {
 public:
  /// `whole`: every mutant was judged, so that an entry of the list that covers none is of no use.
  MutationReport(refine::Mutants mutants, std::vector<Equivalent> equivalents, bool whole);

  struct Judged {
    const refine::Mutant* mutant;
    Standing standing;
    std::string reason;  ///< if it is listed
  };
  const refine::Mutants& mutants() const { return mutants_; }
  const std::vector<Judged>& judged() const { return judged_; }
  /// Entries of the list that cover no mutant.
  const std::vector<std::string>& unused() const { return unused_; }
  size_t count(Standing standing) const;
  /// A fault before a survivor before what is undecided.
  Exit exit() const;
  std::string_view verdict() const;

 private:
  refine::Mutants mutants_;
  std::vector<Judged> judged_;
  std::vector<std::string> unused_;
};

/// The table by operator and theorem, and all that is wrong.
std::string as_text(const MutationReport& report);
/// `bulkhead-mutants/1`.
std::string as_json(const MutationReport& report);
/// The table, the verdict and all that is wrong, without durations.
std::string as_markdown(const MutationReport& report);
/// `bulkhead-mutant-names/1`.
std::string names_as_json(const refine::Mutants& mutants);

}  // namespace bulkhead::cli
