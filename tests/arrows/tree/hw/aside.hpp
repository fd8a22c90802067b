// expected: 4: hw/ may not include "spec/state.hpp"
#pragma once

#include "spec/state.hpp"
