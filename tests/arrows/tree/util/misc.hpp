// expected: 0: no floor is named util/
#pragma once

#include <string>
