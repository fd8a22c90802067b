// expected: 5: model/ may not include "hw/memory.hpp"
#pragma once

#include <vector>
#include "hw/memory.hpp"
