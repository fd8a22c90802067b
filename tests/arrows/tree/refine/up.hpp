// expected: 4: refine/ may not include "cli/report.hpp"
#pragma once

#include "cli/report.hpp"
