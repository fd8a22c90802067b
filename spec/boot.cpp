#include "spec/boot.hpp"

#include "model/memory_map.hpp"

namespace bulkhead::spec {

State<Concrete> boot(const MachineDescription& machine) {
  return boot(machine, [](Frame<Concrete>, Index<Concrete>) { return Word<Concrete>(0); });
}

State<Concrete> boot(const MachineDescription& machine, const HostContent& content) {
  return boot<Concrete>(platform_of(machine), content);
}

}  // namespace bulkhead::spec
