// The path of NEON: every 64-bit ARM.
#include "path-includes.h"

#if defined(__aarch64__)
#include <arm_neon.h>

namespace spotlight::neon {
#include "simd-neon.h"
#include "path-body.h"
}  // namespace spotlight::neon

namespace spotlight {
static bool hasNeon() { return true; }
const Path pathNeon = SPOTLIGHT_PATH("neon", hasNeon, neon);
}  // namespace spotlight
#endif
