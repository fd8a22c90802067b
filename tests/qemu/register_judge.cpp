#include "tests/qemu/register_judge.hpp"

#include <fmt/format.h>

#include <set>

namespace bulkhead::qemu {
namespace {

bool is_departure(const GuestRegister& row) {
  return std::any_of(not_trapped.begin(), not_trapped.end(), [&](const auto& known) { return known.row == row.name; });
}

/// Looks at one register after the other, and notes which rows are met.
class Judge {
 public:
  explicit Judge(std::span<const GuestRegister> table) : table_(table) {}

  void look_at(const Encoding& encoding, const Scanned& scanned) {
    if (scanned.write != Outcome::done && !scanned.is_trapped()) { return; }
    const GuestRegister* row = row_of(encoding);
    const std::string wrong = row == nullptr ? what_becomes_of(scanned) + ", and has no row" : mismatch(*row, scanned);
    if (!wrong.empty()) { problems_.insert(fmt::format("{}: {}", name_of(encoding), wrong)); }
  }

  std::vector<std::string> problems() {
    for (const GuestRegister& row : table_) {
      if (row.encodings && met_.count(&row) == 0) {
        problems_.insert(fmt::format("{}: no CPU has such a register", row.name));
      }
    }
    for (const NotTrapped& known : not_trapped) {
      if (departed_.count(known.row) == 0) {
        problems_.insert(fmt::format("{}: QEMU does not depart here: {}", known.row, known.why));
      }
    }
    return {problems_.begin(), problems_.end()};
  }

 private:
  const GuestRegister* row_of(const Encoding& encoding) {
    const GuestRegister* found = nullptr;
    for (const GuestRegister& row : table_) {
      if (!row.encodings || !row.encodings->contains(encoding)) { continue; }
      met_.insert(&row);
      if (found != nullptr) {
        problems_.insert(fmt::format("{}: has two rows, {} and {}", name_of(encoding), found->name, row.name));
      }
      found = found == nullptr ? &row : found;
    }
    return found;
  }

  static std::string what_becomes_of(const Scanned& scanned) {
    if (scanned.is_trapped()) { return "is trapped"; }
    return scanned.held != 0 ? fmt::format("holds what a guest writes ({:#x})", scanned.held) : "can be written";
  }

  std::string mismatch(const GuestRegister& row, const Scanned& scanned) {
    const bool may_be_trapped = row.keeping == Keeping::trapped;
    if (may_be_trapped && !scanned.is_trapped() && scanned.held == 0 && is_departure(row)) {
      departed_.insert(row.name);
      return "";
    }
    const bool may_hold = row.keeping == Keeping::saved || row.keeping == Keeping::view;
    const bool is_as_told = may_be_trapped == scanned.is_trapped() && (may_hold || scanned.held == 0);
    return is_as_told ? "" : fmt::format("{}, against row {}", what_becomes_of(scanned), row.name);
  }

  std::span<const GuestRegister> table_;
  std::set<std::string> problems_;
  std::set<const GuestRegister*> met_;
  std::set<std::string_view> departed_;
};

}  // namespace

std::vector<std::string> problems_of(std::span<const GuestRegister> table, std::span<const Scan> scans) {
  Judge judge(table);
  for (const Scan& scan : scans) {
    for (size_t i = 0; i < scan.size(); ++i) { judge.look_at(encoding_of(i), scan[i]); }
  }
  return judge.problems();
}

}  // namespace bulkhead::qemu
