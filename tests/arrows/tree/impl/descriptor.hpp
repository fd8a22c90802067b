// expected: nothing
#pragma once

#include "hw/memory.hpp"
#include "model/types.hpp"
