// expected: 4: spec/ may not include "hw/memory.hpp"
#pragma once

#include "hw/memory.hpp"
