#include "cli/source_name.hpp"

namespace bulkhead::cli {

std::string_view source_name(std::string_view file) {
  constexpr std::string_view here = __FILE__;
  constexpr std::string_view root = here.substr(0, here.rfind("cli/"));
  return file.substr(0, root.size()) == root ? file.substr(root.size()) : file;
}

}  // namespace bulkhead::cli
