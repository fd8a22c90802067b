// expected: 4: cli/ may not include <z3++.h>
#pragma once

#include <z3++.h>
