// expected: nothing
#pragma once

#include "impl/descriptor.hpp"
