// expected: nothing
#pragma once

#include <sys/types.h>
