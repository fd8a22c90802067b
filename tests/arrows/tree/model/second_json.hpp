// expected: 4: JSON belongs in one file of model/, and model/json.hpp has it
#pragma once

#include <nlohmann/json.hpp>
