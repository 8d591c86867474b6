// The path of every other processor, in vectors that the compiler translates.
#include "path-includes.h"

namespace spotlight::portable {
#include "simd-portable.h"
#include "path-body.h"
}  // namespace spotlight::portable

namespace spotlight {
static bool always() { return true; }
const Path pathPortable = SPOTLIGHT_PATH("portable", always, portable);
}  // namespace spotlight
