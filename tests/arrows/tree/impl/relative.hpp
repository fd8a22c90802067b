// expected: 4: no file "descriptor.hpp" from the root
#pragma once

#include "descriptor.hpp"
