// The kernel, in the words of one simd-*.h. Included once for each path, inside its namespace and with its instructions
// switched on; therefore no include guards here or in what follows.
#include "part.h"
#include "exponential.h"
#include "transpose.h"
#include "tile.h"
#include "panel.h"
#include "bias.h"
#include "softmax.h"
#include "attend-panel.h"
#include "attend-row.h"
#include "block.h"
#include "product.h"
#include "peak.h"
