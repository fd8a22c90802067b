// expected: nothing
#pragma once

#include "model/types.hpp"
