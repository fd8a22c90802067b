#include <impl/boot.hpp>
#include <iostream>
#include <model/calls.hpp>
#include <spec/boot.hpp>

/// Uses the installed library as another project would: boots engine and spec of the default machine
/// and asks both about its first frame.
int main() {
  using namespace bulkhead;
  const MachineDescription machine;
  const auto engine = impl::boot(machine);
  const auto spec = spec::boot(machine);
  const auto first = frame_of(Pa<Concrete>(machine.ram.front().first));
  const bool same = raw(engine.frames.state.get(first)) == raw(spec.frames.state.get(first));
  std::cout << calls.size() << " calls, first frame " << (same ? "agrees" : "differs") << '\n';
  return same ? 0 : 1;
}
