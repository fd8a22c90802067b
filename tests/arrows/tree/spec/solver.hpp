// expected: 4: spec/ may not include <z3.h>
#pragma once

#include <z3.h>
