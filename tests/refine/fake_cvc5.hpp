#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/cli/folder.hpp"

namespace bulkhead::test {

/// Programs are looked for in this folder first, or in it alone, while this lives.
class SearchPath {
 public:
  enum class Also : uint8_t { usual, nothing };
  SearchPath(const std::string& folder, Also also) : before_(std::getenv("PATH")) {  // NOLINT(concurrency-mt-unsafe)
    set(also == Also::usual ? folder + ":" + before_ : folder);
  }
  ~SearchPath() { set(before_); }
  SearchPath(const SearchPath&) = delete;
  SearchPath& operator=(const SearchPath&) = delete;

 private:
  static void set(const std::string& path) { setenv("PATH", path.c_str(), 1); }  // NOLINT(concurrency-mt-unsafe)

  std::string before_;
};

/// A program `cvc5`, found before any other, that answers each question by running a line of shell.
class FakeCvc5 {
 public:
  explicit FakeCvc5(const std::string& answers) : path_(folder_.path(), SearchPath::Also::usual) {
    const std::string file = folder_.write(
        "cvc5",
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'This is cvc5 version 9.8.7'; exit; fi\n" + answers + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }

 private:
  Folder folder_;
  SearchPath path_;
};

}  // namespace bulkhead::test
