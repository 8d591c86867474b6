// Sixteen numbers in a register of AVX-512; thirty-two registers.
using Vector = __m512;
constexpr int width = 16;
/** Rows of a micro-kernel's tile: with three vectors each, its sums fill 24 of the registers. */
constexpr int tileRows = 8;

INLINE Vector load(const float* from) { return _mm512_loadu_ps(from); }
INLINE void store(float* into, Vector v) { _mm512_storeu_ps(into, v); }
INLINE __mmask16 firstLanes(Index count) { return static_cast<__mmask16>((1u << count) - 1); }
INLINE Vector loadPart(const float* from, Index count) { return _mm512_maskz_loadu_ps(firstLanes(count), from); }
INLINE void storePart(float* into, Vector v, Index count) { _mm512_mask_storeu_ps(into, firstLanes(count), v); }
/** The bits of sixteen numbers of half the size. */
using HalfBits = __m256i;
INLINE HalfBits loadBits(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
INLINE HalfBits loadBitsPart(const void* from, Index count) { return _mm256_maskz_loadu_epi16(firstLanes(count), from); }
INLINE Vector widenFloat16(HalfBits bits) { return _mm512_cvtph_ps(bits); }
INLINE Vector widenBfloat16(HalfBits bits) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
INLINE Vector splat(float x) { return _mm512_set1_ps(x); }

INLINE Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
INLINE Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
INLINE Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
INLINE Vector divide(Vector a, Vector b) { return _mm512_div_ps(a, b); }
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
/** The larger of each; b where one is NaN. */
INLINE Vector maximum(Vector a, Vector b) { return _mm512_max_ps(a, b); }
INLINE Vector minimum(Vector a, Vector b) { return _mm512_min_ps(a, b); }

INLINE Vector absolute(Vector v) { return _mm512_andnot_ps(splat(-0.0f), v); }
INLINE Vector withSignOf(Vector size, Vector sign) { return _mm512_or_ps(size, _mm512_and_ps(sign, splat(-0.0f))); }
INLINE Vector whereLess(Vector a, Vector b, Vector yes, Vector no) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
}
/** yes where first ≤ x < end. */
INLINE Vector whereWithin(Vector x, Vector first, Vector end, Vector yes, Vector no) {
  const __mmask16 begun = _mm512_cmp_ps_mask(first, x, _CMP_LE_OQ);
  return _mm512_mask_blend_ps(_mm512_mask_cmp_ps_mask(begun, x, end, _CMP_LT_OQ), no, yes);
}

/** The lowest bits of each number as its exponent. */
INLINE Vector exponentOf(Vector v) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(v), 23)); }
/** x · (high + low) − n, rounded as if high + low were one number. */
INLINE Vector remainderOf(Vector x, Vector high, Vector low, Vector n) {
  return _mm512_fmadd_ps(x, low, _mm512_fmsub_ps(x, high, n));
}

/** a0 b0 a1 b1 … */
INLINE void interleave(Vector a, Vector b, Vector& low, Vector& high) {
  const __m512i lower = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i upper = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  low = _mm512_permutex2var_ps(a, lower, b);
  high = _mm512_permutex2var_ps(a, upper, b);
}
