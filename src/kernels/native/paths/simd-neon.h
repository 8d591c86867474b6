// Four numbers in a register of NEON; thirty-two registers. Every 64-bit ARM has it.
using Vector = float32x4_t;
constexpr int width = 4;
/** Rows of a micro-kernel's tile: with three vectors each, its sums fill 24 of the registers. */
constexpr int tileRows = 8;

INLINE Vector load(const float* from) { return vld1q_f32(from); }
INLINE void store(float* into, Vector v) { vst1q_f32(into, v); }
INLINE Vector loadPart(const float* from, Index count) {
  float lanes[width] = {};
  for (Index i = 0; i < count; i++) lanes[i] = from[i];
  return load(lanes);
}
INLINE void storePart(float* into, Vector v, Index count) {
  float lanes[width];
  store(lanes, v);
  for (Index i = 0; i < count; i++) into[i] = lanes[i];
}
/** The bits of four numbers of half the size. */
using HalfBits = uint16x4_t;
INLINE HalfBits loadBits(const void* from) { return vld1_u16(static_cast<const std::uint16_t*>(from)); }
INLINE HalfBits loadBitsPart(const void* from, Index count) {
  std::uint16_t lanes[width] = {};
  std::memcpy(lanes, from, static_cast<std::size_t>(count) * sizeof(std::uint16_t));
  return loadBits(lanes);
}
INLINE Vector widenFloat16(HalfBits bits) { return vcvt_f32_f16(vreinterpret_f16_u16(bits)); }
INLINE Vector widenBfloat16(HalfBits bits) { return vreinterpretq_f32_u32(vshll_n_u16(bits, 16)); }
INLINE Vector splat(float x) { return vdupq_n_f32(x); }

INLINE Vector add(Vector a, Vector b) { return vaddq_f32(a, b); }
INLINE Vector subtract(Vector a, Vector b) { return vsubq_f32(a, b); }
INLINE Vector multiply(Vector a, Vector b) { return vmulq_f32(a, b); }
INLINE Vector divide(Vector a, Vector b) { return vdivq_f32(a, b); }
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
/** The larger of each; b where one is NaN. */
INLINE Vector maximum(Vector a, Vector b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
INLINE Vector minimum(Vector a, Vector b) { return vbslq_f32(vcltq_f32(a, b), a, b); }

INLINE Vector absolute(Vector v) { return vabsq_f32(v); }
INLINE Vector withSignOf(Vector size, Vector sign) { return vbslq_f32(vdupq_n_u32(0x80000000u), sign, size); }
INLINE Vector whereLess(Vector a, Vector b, Vector yes, Vector no) { return vbslq_f32(vcltq_f32(a, b), yes, no); }
/** yes where first ≤ x < end. */
INLINE Vector whereWithin(Vector x, Vector first, Vector end, Vector yes, Vector no) {
  return vbslq_f32(vandq_u32(vcleq_f32(first, x), vcltq_f32(x, end)), yes, no);
}

/** The lowest bits of each number as its exponent. */
INLINE Vector exponentOf(Vector v) { return vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(v), 23)); }
/** x · (high + low) − n, rounded as if high + low were one number. */
INLINE Vector remainderOf(Vector x, Vector high, Vector low, Vector n) {
  return vfmaq_f32(vfmaq_f32(vnegq_f32(n), x, high), x, low);
}

/** a0 b0 a1 b1 … */
INLINE void interleave(Vector a, Vector b, Vector& low, Vector& high) {
  low = vzip1q_f32(a, b);
  high = vzip2q_f32(a, b);
}
