// expected: 4: in refine/, <unistd.h> belongs to the workers
#pragma once

#include <unistd.h>
