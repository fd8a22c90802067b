// expected: 4: impl/ may not include <nlohmann/json.hpp>
#pragma once

#include <nlohmann/json.hpp>
