#pragma once

#include <cstdint>
#include <streambuf>
#include <string>

namespace bulkhead::test {

/// An input that is never in memory as a whole: a beginning, then a block again and again.
class Repeated final : public std::streambuf {
 public:
  Repeated(std::string first, std::string block, uint64_t times)
      : first_(std::move(first)), block_(std::move(block)), left_(times) {
    give(first_);
  }

 private:
  int_type underflow() override {
    if (left_ == 0) { return traits_type::eof(); }
    --left_;
    give(block_);
    return traits_type::to_int_type(block_.front());
  }
  void give(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }

  std::string first_;
  std::string block_;
  uint64_t left_;
};

/// A trace of 90 events, again and again: what `good_reuse` does leaves the machine as it was.
inline Repeated repeated_trace(const std::string& good_reuse, uint64_t times) {
  const size_t end = good_reuse.find('\n') + 1;
  return {good_reuse.substr(0, end), good_reuse.substr(end), times};
}

}  // namespace bulkhead::test
