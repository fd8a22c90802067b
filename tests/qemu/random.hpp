#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <random>

namespace bulkhead::qemu {

/// Random choices; the same on every host for the same seed.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  /// 64 random bits.
  uint64_t bits() { return engine_(); }
  /// A number with random bits below bit `width`.
  uint64_t bits(unsigned width) { return width >= 64 ? bits() : bits() & ((uint64_t{1} << width) - 1); }
  /// 0 to n - 1.
  uint64_t below(uint64_t n) { return bits() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// One of them.
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  /// First to last, both included.
  template <class T>
  T between(T first, T last) {
    return static_cast<T>(first + static_cast<T>(below(static_cast<uint64_t>(last - first) + 1)));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace bulkhead::qemu
