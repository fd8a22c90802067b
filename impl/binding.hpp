#pragma once

#include <utility>

#include "impl/handle.hpp"

/// How a handler gets its arguments: register by register, each as what the handler takes it for.
namespace bulkhead::impl {

/// The handler of a call: `handler<D>`. Specialised where the handler is compiled.
template <Call call>
struct Binding;

/// Of a handler that is told who calls it, about whom the call is.
template <ValueDomain D, class... A>
Result<D> unpack(Result<D> (*handler)(Engine<D>&, CompartmentId<D>, A...), Engine<D>& engine,
                 const Arguments<D>& arguments) {
  return [&]<size_t... i>(std::index_sequence<i...>) {
    return handler(engine, arguments.caller, widen<A>(arguments.words[i])...);
  }
  (std::index_sequence_for<A...>{});
}

template <ValueDomain D, class... A>
Result<D> unpack(Result<D> (*handler)(Engine<D>&, A...), Engine<D>& engine,
                 [[maybe_unused]] const Arguments<D>& arguments) {
  static_assert(((A::width == Word<D>::width) && ...), "a handler takes whole registers");
  return [&]<size_t... i>(std::index_sequence<i...>) { return handler(engine, widen<A>(arguments.words[i])...); }
  (std::index_sequence_for<A...>{});
}

/// Whether a handler is told who calls.
template <ValueDomain D, class... A>
constexpr bool is_told_caller(Result<D> (*)(Engine<D>&, CompartmentId<D>, A...)) {
  return true;
}
template <ValueDomain D, class... A>
constexpr bool is_told_caller(Result<D> (*)(Engine<D>&, A...)) {
  return false;
}

/// How many arguments a handler takes, not counting who calls.
template <ValueDomain D, class... A>
constexpr size_t arity(Result<D> (*)(Engine<D>&, CompartmentId<D>, A...)) {
  return sizeof...(A);
}
template <ValueDomain D, class... A>
constexpr size_t arity(Result<D> (*)(Engine<D>&, A...)) {
  return sizeof...(A);
}

template <Call call, ValueDomain D>
Result<D> handle(Engine<D>& engine, const Arguments<D>& arguments) {
  constexpr auto handler = Binding<call>::template handler<D>;
  static_assert(arity(handler) == row_of(call).inputs.size(), "a handler takes what its row in the call table says");
  static_assert(is_told_caller(handler) == is_about_caller(call), "a handler is told who calls where it is about them");
  return unpack(handler, engine, arguments);
}

}  // namespace bulkhead::impl
