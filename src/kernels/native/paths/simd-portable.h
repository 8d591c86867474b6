// Four numbers in whatever the compiler makes of them: for processors that no other path knows. No fused multiply-add.
typedef float Vector __attribute__((vector_size(16)));
typedef std::int32_t Bits __attribute__((vector_size(16)));
constexpr int width = 4;
/** Rows of a micro-kernel's tile: with three vectors each, its sums fill 12 of sixteen registers. */
constexpr int tileRows = 4;

INLINE Vector load(const float* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
INLINE void store(float* into, Vector v) { std::memcpy(into, &v, sizeof v); }
INLINE Vector loadPart(const float* from, Index count) {
  Vector v = {};
  for (Index i = 0; i < count; i++) v[i] = from[i];
  return v;
}
INLINE void storePart(float* into, Vector v, Index count) {
  for (Index i = 0; i < count; i++) into[i] = v[i];
}
INLINE Vector splat(float x) { return Vector{x, x, x, x}; }

/** The bits of four numbers of half the size, each in front of 16 zeros. */
typedef std::uint32_t HalfBits __attribute__((vector_size(16)));
INLINE HalfBits loadBitsPart(const void* from, Index count) {
  typedef std::uint16_t Four __attribute__((vector_size(8)));
  Four four = {};
  std::memcpy(&four, from, static_cast<std::size_t>(count) * sizeof(std::uint16_t));
  return __builtin_convertvector(four, HalfBits);
}
INLINE HalfBits loadBits(const void* from) { return loadBitsPart(from, width); }
/** Exponent and fraction take their places in a float32; a product then moves the exponent's zero, of the smallest halves too. */
INLINE Vector widenFloat16(HalfBits bits) {
  const Vector size = reinterpret_cast<Vector>((bits & 0x7fff) << 13) * splat(0x1p112f);
  const HalfBits infinite = reinterpret_cast<HalfBits>((bits & 0x7c00) == 0x7c00) & 0x7f800000;
  return reinterpret_cast<Vector>(reinterpret_cast<HalfBits>(size) | infinite | (bits & 0x8000) << 16);
}
INLINE Vector widenBfloat16(HalfBits bits) { return reinterpret_cast<Vector>(bits << 16); }
INLINE Vector select(Bits where, Vector yes, Vector no) {
  return reinterpret_cast<Vector>((where & reinterpret_cast<Bits>(yes)) | (~where & reinterpret_cast<Bits>(no)));
}

INLINE Vector add(Vector a, Vector b) { return a + b; }
INLINE Vector subtract(Vector a, Vector b) { return a - b; }
INLINE Vector multiply(Vector a, Vector b) { return a * b; }
INLINE Vector divide(Vector a, Vector b) { return a / b; }
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return a * b + c; }
/** The larger of each; b where one is NaN. */
INLINE Vector maximum(Vector a, Vector b) { return select(a > b, a, b); }
INLINE Vector minimum(Vector a, Vector b) { return select(a < b, a, b); }

INLINE Bits signBits() { return reinterpret_cast<Bits>(splat(-0.0f)); }
INLINE Vector absolute(Vector v) { return reinterpret_cast<Vector>(reinterpret_cast<Bits>(v) & ~signBits()); }
INLINE Vector withSignOf(Vector size, Vector sign) {
  return reinterpret_cast<Vector>(reinterpret_cast<Bits>(size) | (reinterpret_cast<Bits>(sign) & signBits()));
}
INLINE Vector whereLess(Vector a, Vector b, Vector yes, Vector no) { return select(a < b, yes, no); }
/** yes where first ≤ x < end. */
INLINE Vector whereWithin(Vector x, Vector first, Vector end, Vector yes, Vector no) {
  return select((first <= x) & (x < end), yes, no);
}

/** The lowest bits of each number as its exponent. */
INLINE Vector exponentOf(Vector v) { return reinterpret_cast<Vector>(reinterpret_cast<Bits>(v) << 23); }
/** x · (high + low) − n, rounded as if high + low were one number: in float64, because here a product is rounded. */
INLINE Vector remainderOf(Vector x, Vector high, Vector low, Vector n) {
  Vector r;
  for (int i = 0; i < width; i++) {
    r[i] = static_cast<float>(static_cast<double>(x[i]) * (static_cast<double>(high[i]) + low[i]) - n[i]);
  }
  return r;
}

/** a0 b0 a1 b1 … */
INLINE void interleave(Vector a, Vector b, Vector& low, Vector& high) {
  low = Vector{a[0], b[0], a[1], b[1]};
  high = Vector{a[2], b[2], a[3], b[3]};
}
