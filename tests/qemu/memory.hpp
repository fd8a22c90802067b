#pragma once

#include <cstdint>

/// Where the guest's memory lies: QEMU's machine `virt`, with more RAM than the host has, of which little is touched.
namespace bulkhead::qemu {

inline constexpr uint64_t gib = uint64_t{1} << 30;
inline constexpr uint64_t ram_gib = 510;
inline constexpr uint64_t ram_first = gib;
inline constexpr uint64_t ram_end = ram_first + ram_gib * gib;
/// Tables lie in RAM behind the guest program and the device tree, which take the first 64 MiB.
inline constexpr uint64_t tables_first = ram_first + (64 << 20);
/// From here on there is nothing: a table walk that reads there ends in an external abort. Between RAM and here there
/// are devices, which no walk may read.
inline constexpr uint64_t void_first = uint64_t{1} << 40;

/// Whether a table entry may stand there.
constexpr bool is_table_memory(uint64_t pa) { return pa >= tables_first && pa < ram_end; }
constexpr bool is_void(uint64_t pa) { return pa >= void_first; }

}  // namespace bulkhead::qemu
