// The path of AVX2 with FMA and F16C: x86 processors since 2013.
#include "path-includes.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
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
/** Not every compiler knows F16C as a word for __builtin_cpu_supports. */
static bool hasF16c() {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
static bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && hasF16c(); }
const Path pathAvx2 = SPOTLIGHT_PATH("avx2", hasAvx2, avx2);
}  // namespace spotlight
#endif
