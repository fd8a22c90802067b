#pragma once

#include <string>

/// The registers that a guest can write and how each is kept apart, from the table `guest_registers`.
namespace bulkhead::cli {

/// For a terminal, one line each.
std::string registers_as_text();
/// One table.
std::string registers_as_markdown();
/// One document, `bulkhead-registers/1`.
std::string registers_as_json();

}  // namespace bulkhead::cli
