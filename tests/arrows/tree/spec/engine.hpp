// expected: 4: spec/ may not include "impl/descriptor.hpp"
#pragma once

#include "impl/descriptor.hpp"
