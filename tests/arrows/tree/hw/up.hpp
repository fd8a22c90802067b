// expected: 4: hw/ may not include "impl/descriptor.hpp"
#pragma once

#include "impl/descriptor.hpp"
