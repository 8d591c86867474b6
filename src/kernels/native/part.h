// Vectors from numbers of half the size, parts of vectors, and the smaller and larger of two numbers.

INLINE Vector load(const Float16* from) { return widenFloat16(loadBits(from)); }
INLINE Vector load(const Bfloat16* from) { return widenBfloat16(loadBits(from)); }
INLINE Vector loadPart(const Float16* from, Index count) { return widenFloat16(loadBitsPart(from, count)); }
INLINE Vector loadPart(const Bfloat16* from, Index count) { return widenBfloat16(loadBitsPart(from, count)); }

template <typename Number>
INLINE Vector loadUpTo(const Number* from, Index count) {
  return count >= width ? load(from) : loadPart(from, count);
}
INLINE void storeUpTo(float* into, Vector v, Index count) {
  if (count >= width) store(into, v);
  else storePart(into, v, count);
}

/** Whether something has weight in a row, by its Σ exp(score − max): attention/empty-row.ts. NaN has, and must show. */
INLINE bool hasWeight(double sum) { return sum != 0; }

INLINE Index least(Index a, Index b) { return a < b ? a : b; }
INLINE Index most(Index a, Index b) { return a > b ? a : b; }

