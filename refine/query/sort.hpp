#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The kinds of value that a query speaks of, and the constants that have a name.
namespace bulkhead::refine::query {

enum class Sort : uint8_t {
  condition,
  frame,        ///< a physical frame, written as the address of any byte in it
  ipa,          ///< a page of a compartment's IPA space, written as the address of any byte in it
  compartment,  ///< a compartment by id; 0 is the host
  index,        ///< a word of a frame, 0..511
  level,        ///< a level of the tables, 0..3
  vcpu,         ///< a vCPU of a compartment by index, 0..511
  number,       ///< any 64 bits: an argument as the register holds it, a word of memory
  frame_state,
  ipa_state,
  compartment_state,
  power,  ///< of a vCPU
  access,
  status,
  call,
};

/// What a sort is called in a message.
std::string_view name_of(Sort sort);
/// The bits of a value; a condition has one.
unsigned width_of(Sort sort);
/// Whether values of the sort are one of a few named constants.
bool is_enumeration(Sort sort);
/// The largest number that may be written where the sort is wanted.
uint64_t largest(Sort sort);

/// A constant that has a name.
struct Enumerator {
  std::string_view name;
  Sort sort;
  uint64_t value;
};

/// All of them; `host` is a frame state and a compartment.
const std::vector<Enumerator>& enumerators();
/// Those of a name; none if the name is not taken.
std::vector<Enumerator> enumerators_named(std::string_view name);
/// The names of the constants of a sort, with commas; nothing if it has none.
std::string constants_of(Sort sort);

/// A value as the language writes it.
std::string written(Sort sort, uint64_t value);

/// What `ipa_state` says of a page at which something is mapped. The spec has no such state.
inline constexpr uint64_t mapped_ipa_state = 3;

}  // namespace bulkhead::refine::query
