#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "refine/message.hpp"

/// Structs as bytes, for another process of the same program; nothing is lost. A struct takes part by a function
/// `pass(archive, struct)` that gives the archive every field; an enumeration by `last_of(E)`, its last enumerator.
namespace bulkhead::refine {

template <class T>
concept Number = std::integral<T> || std::floating_point<T>;

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
  template <class E>
  requires std::is_enum_v<E>
  void put(E value) { put(static_cast<uint8_t>(value)); }
  void put(std::string& text) {
    put(text.size());
    bytes_ += text;
  }
  template <class T>
  requires std::is_class_v<T>
  void put(T& one) { pass(*this, one); }
  template <class A, class B>
  void put(std::pair<A, B>& both) {
    put(both.first);
    put(both.second);
  }
  template <class T>
  void put(std::optional<T>& one) {
    put(one.has_value());
    if (one) { put(*one); }
  }
  template <class T, size_t count>
  void put(std::array<T, count>& list) {
    for (T& one : list) { put(one); }
  }
  template <class T>
  void put(std::vector<T>& list) {
    put(list.size());
    for (T& one : list) { put(one); }
  }
  template <class K, class V>
  void put(std::map<K, V>& map) {
    put(map.size());
    for (const auto& [key, value] : map) {
      std::pair<K, V> both(key, value);
      put(both);
    }
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
  template <class E>
  requires std::is_enum_v<E>
  void take(E& field) {
    const auto byte = number<uint8_t>();
    if (byte > static_cast<uint8_t>(last_of(E{}))) { throw Unreadable("no such enumerator"); }
    field = static_cast<E>(byte);
  }
  void take(std::string& field) { field = take_bytes(number<size_t>()); }
  template <class T>
  requires std::is_class_v<T>
  void take(T& field) { pass(*this, field); }
  template <class A, class B>
  void take(std::pair<A, B>& field) {
    take(field.first);
    take(field.second);
  }
  template <class T>
  void take(std::optional<T>& field) {
    bool is_there = false;
    take(is_there);
    field.reset();
    if (is_there) { take(field.emplace()); }
  }
  template <class T, size_t count>
  void take(std::array<T, count>& field) {
    for (T& one : field) { take(one); }
  }
  template <class T>
  void take(std::vector<T>& field) {
    for (auto left = number<size_t>(); left != 0; --left) { take(field.emplace_back()); }
  }
  template <class K, class V>
  void take(std::map<K, V>& field) {
    for (auto left = number<size_t>(); left != 0; --left) {
      std::pair<K, V> both;
      take(both);
      field.insert(std::move(both));
    }
  }

  std::string_view bytes_;
};

/// The struct as bytes.
template <class T>
std::string written(T whole) {
  Writer writer;
  pass(writer, whole);
  return writer.bytes();
}

/// Throws Unreadable for anything that is not exactly such a struct.
template <class T>
T read_whole(std::string_view bytes) {
  Reader reader(bytes);
  T whole;
  pass(reader, whole);
  if (!reader.is_at_end()) { throw Unreadable("something follows a record"); }
  return whole;
}

}  // namespace bulkhead::refine
