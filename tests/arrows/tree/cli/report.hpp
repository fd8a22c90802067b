// expected: nothing
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include "refine/symbolic.hpp"
