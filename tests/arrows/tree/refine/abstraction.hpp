// expected: 0: the abstraction may not reach "impl/descriptor.hpp"
#pragma once

#include "impl/tables.hpp"
