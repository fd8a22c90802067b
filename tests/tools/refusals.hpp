#pragma once

#include "tests/tools/recorder.hpp"

namespace bulkhead::test {

/// Every failure condition of every call holds once as the first of its call, but one that takes a block.
void refusals(Recorder& recorder);

}  // namespace bulkhead::test
