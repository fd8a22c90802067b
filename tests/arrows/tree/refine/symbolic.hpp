// expected: nothing
#pragma once

#include <z3++.h>
#include "impl/tables.hpp"
#include "spec/state.hpp"
