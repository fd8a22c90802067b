// expected: 4: model/ may not include <z3++.h>
#pragma once

#include <z3++.h>
