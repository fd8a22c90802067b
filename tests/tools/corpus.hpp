#pragma once

#include <map>
#include <string>

/// The traces of corpus/traces as they should be.
namespace bulkhead::test {

/// The text of every trace by the name of its file, recorded from the engine as it is.
std::map<std::string, std::string> record_corpus();

}  // namespace bulkhead::test
