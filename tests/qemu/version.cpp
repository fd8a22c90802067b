#include "tests/qemu/version.hpp"

#include <array>
#include <cstdio>
#include <memory>

namespace bulkhead::qemu {

std::string version_in(const std::string& text) {
  constexpr std::string_view before = "QEMU emulator version ";
  if (!text.starts_with(before)) { return ""; }
  return text.substr(before.size(), text.find_first_of(" \n", before.size()) - before.size());
}

std::string version_of(const std::string& program) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("'" + program + "' --version").c_str(), "r"), pclose);
  std::string text;
  std::array<char, 256> line{};
  while (pipe && std::fgets(line.data(), line.size(), pipe.get()) != nullptr) { text += line.data(); }
  return version_in(text);
}

}  // namespace bulkhead::qemu
