// expected: nothing
#pragma once

#include <nlohmann/json.hpp>
