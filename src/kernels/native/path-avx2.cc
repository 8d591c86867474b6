// The path of AVX2 with FMA: x86 processors since 2013.
#include "path-includes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace spotlight::avx2 {
#include "simd-avx2.h"
#include "path-body.h"
}  // namespace spotlight::avx2
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace spotlight {
static bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
const Path pathAvx2 = SPOTLIGHT_PATH("avx2", hasAvx2, avx2);
}  // namespace spotlight
#endif
