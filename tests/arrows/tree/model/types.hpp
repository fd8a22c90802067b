// expected: nothing
#pragma once

#include <fmt/format.h>
#include <cstdint>
