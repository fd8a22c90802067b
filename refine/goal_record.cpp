#include "refine/goal_record.hpp"

#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>

#include "refine/message.hpp"

namespace bulkhead::refine {
namespace {

template <class T>
concept Number = std::integral<T> || std::floating_point<T>;

// The fields of each struct, for both directions. A binding that leaves a field out does not compile.

template <class Archive>
void pass(Archive& archive, PathStep& step) {
  auto& [file, line, taken] = step;
  archive(file, line, taken);
}

template <class Archive>
void pass(Archive& archive, TouchedState& state) {
  auto& [place, before, after] = state;
  archive(place, before, after);
}

template <class Archive>
void pass(Archive& archive, std::pair<std::string, std::string>& both) {
  archive(both.first, both.second);
}

template <class Archive>
void pass(Archive& archive, Counterexample& counterexample) {
  auto& [call, arguments, status, path, point, touched] = counterexample;
  archive(call, arguments, status, path, point, touched);
}

template <class Archive>
void pass(Archive& archive, Opinion& opinion) {
  auto& [solver, says, seconds] = opinion;
  archive(solver, says, seconds);
}

template <class Archive>
void pass(Archive& archive, Obligation& goal) {
  auto& [theorem, call, path, conjunct, text, verdict, seconds, rlimit, detail, counterexample, reached, opinions,
         assertions] = goal;
  archive(theorem, call, path, conjunct, text, verdict, seconds, rlimit, detail, counterexample, reached, opinions,
          assertions);
}

template <class Archive>
void pass(Archive& archive, GoalRecord& record) {
  auto& [goals, paths, begun] = record;
  archive(goals, paths, begun);
}

class Writer {
 public:
  template <class... Fields>
  void operator()(Fields&... fields) {
    (put(fields), ...);
  }
  std::string bytes() { return std::move(bytes_); }

 private:
  template <Number T>
  void put(T number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void put(Verdict verdict) { put(static_cast<uint8_t>(verdict)); }
  void put(const std::string& text) {
    put(text.size());
    bytes_ += text;
  }
  template <class T>
  void put(std::vector<T>& list) {
    put(list.size());
    for (T& one : list) { pass(*this, one); }
  }

  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (take(fields), ...);
  }
  bool is_at_end() const { return bytes_.empty(); }

 private:
  std::string_view take_bytes(size_t size) {
    if (size > bytes_.size()) { throw Unreadable("a record ends too early"); }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  template <Number T>
  T number() {
    T number{};
    std::memcpy(&number, take_bytes(sizeof number).data(), sizeof number);
    return number;
  }
  template <Number T>
  void take(T& field) {
    field = number<T>();
  }
  void take(bool& field) {
    const auto byte = number<uint8_t>();
    if (byte > 1) { throw Unreadable("neither true nor false"); }
    field = byte == 1;
  }
  void take(Verdict& field) {
    const auto byte = number<uint8_t>();
    if (byte > static_cast<uint8_t>(Verdict::fault)) { throw Unreadable("no verdict"); }
    field = static_cast<Verdict>(byte);
  }
  void take(std::string& field) { field = take_bytes(number<size_t>()); }
  template <class T>
  void take(std::vector<T>& field) {
    for (auto left = number<size_t>(); left != 0; --left) { pass(*this, field.emplace_back()); }
  }

  std::string_view bytes_;
};

}  // namespace

std::string as_bytes(const GoalRecord& record) {
  GoalRecord copy = record;
  Writer writer;
  pass(writer, copy);
  return writer.bytes();
}

GoalRecord record_of(std::string_view bytes) {
  Reader reader(bytes);
  GoalRecord record;
  pass(reader, record);
  if (!reader.is_at_end()) { throw Unreadable("something follows a record"); }
  return record;
}

}  // namespace bulkhead::refine
