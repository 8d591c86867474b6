// Parts of vectors, and the smaller and larger of two numbers.

INLINE Vector loadUpTo(const float* from, Index count) { return count >= width ? load(from) : loadPart(from, count); }
INLINE void storeUpTo(float* into, Vector v, Index count) {
  if (count >= width) store(into, v);
  else storePart(into, v, count);
}

INLINE Index least(Index a, Index b) { return a < b ? a : b; }
INLINE Index most(Index a, Index b) { return a > b ? a : b; }

