// The one place where Catch2 version 2 compiles its runner; version 3 brings it as a library.
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
