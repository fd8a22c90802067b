#pragma once

#include <cstdint>

/// VTCR_EL2 as the engine sets it on every CPU (DDI 0487 D24.2): how hardware reads all its tables.
namespace bulkhead::impl {

inline constexpr uint64_t vtcr_t0sz_48_bits = 64 - 48;
inline constexpr uint64_t vtcr_sl0_level0 = 0b10U << 6;
inline constexpr uint64_t vtcr_irgn0_write_back = 0b01U << 8;
inline constexpr uint64_t vtcr_orgn0_write_back = 0b01U << 10;
inline constexpr uint64_t vtcr_sh0_inner = 0b11U << 12;
inline constexpr uint64_t vtcr_tg0_4k = 0b00U << 14;
inline constexpr uint64_t vtcr_ps_48_bits = 0b101U << 16;
inline constexpr uint64_t vtcr_vs_16_bits = 1U << 19;
inline constexpr uint64_t vtcr_res1 = 1U << 31;

inline constexpr uint64_t vtcr = vtcr_t0sz_48_bits | vtcr_sl0_level0 | vtcr_irgn0_write_back | vtcr_orgn0_write_back |
                                 vtcr_sh0_inner | vtcr_tg0_4k | vtcr_ps_48_bits | vtcr_vs_16_bits | vtcr_res1;

}  // namespace bulkhead::impl
