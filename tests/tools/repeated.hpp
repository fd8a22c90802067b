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

/// A trace of effects, 58 of them again and again: in `good_foreign_donate` a page goes from the host through two
/// guests and back.
inline Repeated repeated_effects(const std::string& good_foreign_donate, uint64_t times) {
  size_t begin = 0;
  for (size_t line = 0; line < 44; ++line) { begin = good_foreign_donate.find('\n', begin) + 1; }
  std::string first = good_foreign_donate.substr(0, begin);
  const std::string expect = ",\"expect\":\"conforms\"";
  first.erase(first.find(expect), expect.size());
  return {std::move(first), good_foreign_donate.substr(begin), times};
}

}  // namespace bulkhead::test
