#pragma once

#include <functional>
#include <string>

namespace bulkhead::qemu {

/// Does something with qemu-system-aarch64, by its path, and gives the exit status. Where that or the guest program is
/// missing, or QEMU is another one than is known, it says so and gives the status that Meson takes as skipped.
int with_qemu(const std::string& guest, const std::function<int(const std::string& qemu)>& act);

/// What `main` does: an exception is a failure that is told.
int run_program(int (*run)(int, char**), int argc, char** argv);

}  // namespace bulkhead::qemu
