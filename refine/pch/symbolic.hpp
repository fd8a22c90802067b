// Precompiled for the symbolic domain's files. Every file still includes what it uses: ci/full builds without this.
#include <z3++.h>

#include "refine/symbolic.hpp"
