// Eight numbers in a register of AVX2 with FMA and F16C; sixteen registers.
using Vector = __m256;
constexpr int width = 8;
/** Rows of a micro-kernel's tile: with three vectors each, its sums fill 12 of the registers. */
constexpr int tileRows = 4;

INLINE Vector load(const float* from) { return _mm256_loadu_ps(from); }
INLINE void store(float* into, Vector v) { _mm256_storeu_ps(into, v); }
INLINE __m256i firstLanes(Index count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes);
}
INLINE Vector loadPart(const float* from, Index count) { return _mm256_maskload_ps(from, firstLanes(count)); }
INLINE void storePart(float* into, Vector v, Index count) { _mm256_maskstore_ps(into, firstLanes(count), v); }
/** The bits of eight numbers of half the size. */
using HalfBits = __m128i;
INLINE HalfBits loadBits(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
INLINE HalfBits loadBitsPart(const void* from, Index count) {
  std::uint16_t lanes[width] = {};
  std::memcpy(lanes, from, static_cast<std::size_t>(count) * sizeof(std::uint16_t));
  return loadBits(lanes);
}
INLINE Vector widenFloat16(HalfBits bits) { return _mm256_cvtph_ps(bits); }
INLINE Vector widenBfloat16(HalfBits bits) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
INLINE Vector splat(float x) { return _mm256_set1_ps(x); }

INLINE Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
INLINE Vector subtract(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
INLINE Vector multiply(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
INLINE Vector divide(Vector a, Vector b) { return _mm256_div_ps(a, b); }
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
/** The larger of each; b where one is NaN. */
INLINE Vector maximum(Vector a, Vector b) { return _mm256_max_ps(a, b); }
INLINE Vector minimum(Vector a, Vector b) { return _mm256_min_ps(a, b); }

INLINE Vector absolute(Vector v) { return _mm256_andnot_ps(splat(-0.0f), v); }
INLINE Vector withSignOf(Vector size, Vector sign) { return _mm256_or_ps(size, _mm256_and_ps(sign, splat(-0.0f))); }
INLINE Vector whereLess(Vector a, Vector b, Vector yes, Vector no) {
  return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
/** yes where first ≤ x < end. */
INLINE Vector whereWithin(Vector x, Vector first, Vector end, Vector yes, Vector no) {
  const Vector within = _mm256_and_ps(_mm256_cmp_ps(first, x, _CMP_LE_OQ), _mm256_cmp_ps(x, end, _CMP_LT_OQ));
  return _mm256_blendv_ps(no, yes, within);
}

/** The lowest bits of each number as its exponent. */
INLINE Vector exponentOf(Vector v) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(v), 23)); }
/** x · (high + low) − n, rounded as if high + low were one number. */
INLINE Vector remainderOf(Vector x, Vector high, Vector low, Vector n) {
  return _mm256_fmadd_ps(x, low, _mm256_fmsub_ps(x, high, n));
}

/** a0 b0 a1 b1 … */
INLINE void interleave(Vector a, Vector b, Vector& low, Vector& high) {
  const Vector lower = _mm256_unpacklo_ps(a, b), upper = _mm256_unpackhi_ps(a, b);
  low = _mm256_permute2f128_ps(lower, upper, 0x20);
  high = _mm256_permute2f128_ps(lower, upper, 0x31);
}
