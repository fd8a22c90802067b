#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/tools/corpus.hpp"

/// Writes the traces of the corpus anew: `record-corpus corpus/traces`.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: record-corpus FOLDER\n";
    return 2;
  }
  for (const auto& [name, text] : bulkhead::test::record_corpus()) {
    std::ofstream file(std::filesystem::path(argv[1]) / name);
    file << text << std::flush;
    if (!file) {
      std::cerr << "record-corpus: " << name << " cannot be written\n";
      return 2;
    }
  }
  return 0;
}
