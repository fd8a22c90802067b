#pragma once

#include <array>
#include <utility>

#include "impl/handle.hpp"

/// From an exception to EL2 and back: one call, one atomic step under the engine lock.
namespace bulkhead::impl {

/// Whether the caller may make calls of the row.
template <ValueDomain D>
typename D::Bool may_call(const CallRow& row, CompartmentId<D> caller) {
  switch (row.caller) {
    case Caller::anyone:
      break;
    case Caller::host:
      return caller == CompartmentId<D>(0);
    case Caller::guest:
      return caller != CompartmentId<D>(0);
  }
  return typename D::Bool(true);
}

template <ValueDomain D>
using Handler = Result<D> (*)(Engine<D>&, const Arguments<D>&);

/// The handler of a call, by the call table.
template <ValueDomain D>
Handler<D> handler_of(Call call) {
  static constexpr auto handlers = []<size_t... i>(std::index_sequence<i...>) {
    return std::array<Handler<D>, calls.size()>{&handle<calls[i].call, D>...};
  }
  (std::make_index_sequence<calls.size()>{});
  return handlers[static_cast<size_t>(call)];
}

/// Checks the caller, then does the call.
template <ValueDomain D>
Result<D> serve(Engine<D>& engine, Call call, const Arguments<D>& arguments) {
  if (!may_call<D>(row_of(call), arguments.caller)) { return Status::denied; }
  return handler_of<D>(call)(engine, arguments);
}

/// Takes the exception on a CPU, does `step` under the engine lock, and returns to the caller.
template <ValueDomain D, class Step>
Result<D> take_call(Engine<D>& engine, Cpu<D> cpu, const Step& step) {
  engine.hardware.run_on(cpu);
  engine.hardware.take_exception();
  engine.hardware.lock();
  const Result<D> result = step();
  engine.hardware.unlock();
  engine.hardware.eret();
  return result;
}

/// A call made on a CPU.
template <ValueDomain D>
Result<D> dispatch(Engine<D>& engine, Cpu<D> cpu, Call call, const Arguments<D>& arguments) {
  return take_call(engine, cpu, [&] { return serve(engine, call, arguments); });
}

/// A call made on a CPU by its function number in W0; an unknown number is `unsupported`.
template <ValueDomain D>
Result<D> dispatch(Engine<D>& engine, Cpu<D> cpu, Word<D> function, const Arguments<D>& arguments) {
  return take_call(engine, cpu, [&]() -> Result<D> {
    const Word<D> number = function & Word<D>(low_mask(32));
    for (const CallRow& row : calls) {
      if (number == Word<D>(row.number)) { return serve(engine, row.call, arguments); }
    }
    return Status::unsupported;
  });
}

}  // namespace bulkhead::impl
