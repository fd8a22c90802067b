// expected: 4: impl/ may not include "spec/state.hpp"
#pragma once

#include "spec/state.hpp"
