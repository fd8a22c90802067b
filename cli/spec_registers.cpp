#include "cli/spec_registers.hpp"

#include <fmt/format.h>

#include "cli/document.hpp"
#include "model/guest_registers.hpp"

namespace bulkhead::cli {
namespace {

std::string text_of(const Numbers& numbers) {
  return numbers.first == numbers.last ? std::to_string(numbers.first)
                                       : fmt::format("[{}-{}]", numbers.first, numbers.last);
}

/// As assemblers write it, with ranges in brackets.
std::string encoding_of(const GuestRegister& row) {
  if (!row.encodings) { return ""; }
  const Encodings& e = *row.encodings;
  return fmt::format("S{}_{}_C{}_C{}_{}", text_of(e.op0), text_of(e.op1), text_of(e.crn), text_of(e.crm),
                     text_of(e.op2));
}

std::string details_of(const GuestRegister& row) {
  if (row.keeping == Keeping::view) { return fmt::format(" of {}", row.by); }
  if (row.keeping != Keeping::saved) { return fmt::format(" by {}", row.by); }
  return (row.words == 1 ? "" : fmt::format(", {} words", row.words)) +
         (row.reset == 0 ? "" : fmt::format(", {:#x} at first", row.reset));
}

Json as_json(const GuestRegister& row) {
  Json json = {{"name", row.name}, {"keeping", name_of(row.keeping)}};
  if (row.encodings) { json["encoding"] = encoding_of(row); }
  if (!row.by.empty()) { json["by"] = row.by; }
  if (row.keeping == Keeping::saved) {
    json["words"] = row.words;
    json["reset"] = fmt::format("{:#x}", row.reset);
  }
  return json;
}

}  // namespace

std::string registers_as_text() {
  std::string text;
  for (const GuestRegister& row : guest_registers) {
    text += fmt::format("{:<64}  {:<22}  {}{}\n", row.name, encoding_of(row), name_of(row.keeping), details_of(row));
  }
  return text + fmt::format("\nThe context of a vCPU has {} words.\n", context_words);
}

std::string registers_as_markdown() {
  std::string text = "# Registers that a guest can write\n\n| register | encoding | kept apart |\n|---|---|---|\n";
  for (const GuestRegister& row : guest_registers) {
    const std::string encoding = row.encodings ? fmt::format("`{}`", encoding_of(row)) : "";
    text += fmt::format("| `{}` | {} | {}{} |\n", row.name, encoding, name_of(row.keeping), details_of(row));
  }
  return text;
}

std::string registers_as_json() {
  Json list = Json::array();
  for (const GuestRegister& row : guest_registers) { list.push_back(as_json(row)); }
  return cli::text_of(Json{{"schema", "bulkhead-registers/1"}, {"registers", list}});
}

}  // namespace bulkhead::cli
