// The path of AVX-512: F, DQ, BW and VL, as every such processor since 2017 has them.
#include "path-includes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,prefer-vector-width=512")
#endif
namespace spotlight::avx512 {
#include "simd-avx512.h"
#include "path-body.h"
}  // namespace spotlight::avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace spotlight {
static bool hasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
}
const Path pathAvx512 = SPOTLIGHT_PATH("avx512", hasAvx512, avx512);
}  // namespace spotlight
#endif
