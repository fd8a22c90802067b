// expected: 4: hw/ may not include <sys/mman.h>
#pragma once

#include <sys/mman.h>
