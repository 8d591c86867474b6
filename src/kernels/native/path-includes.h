// What a path needs before its instructions are switched on: headers of the language must not be compiled with them.
#pragma once
#include <cmath>
#include <cstring>
#include <limits>

#include "task.h"

#define INLINE static inline __attribute__((always_inline))

namespace spotlight {
#if defined(__x86_64__)
extern const Path pathAvx512;
extern const Path pathAvx2;
#elif defined(__aarch64__)
extern const Path pathNeon;
#endif
extern const Path pathPortable;
}  // namespace spotlight

/** The table of a path whose body was included in namespace `space`. */
#define SPOTLIGHT_PATH(name, isSupported, space)                                                                     \
  {                                                                                                                  \
    name, isSupported, space::attend, space::score, space::multiplyRows, space::mergeRows, space::allFinite,        \
        space::exponentials, space::spin, space::read                                                                \
  }
