// Between rows of numbers and panels, in which the lanes of a vector are rows: panel[x][lane] = rows[lane][x].

/** Rows become columns: log2(width) rounds of the perfect shuffle. */
INLINE void transpose(Vector (&v)[width]) {
  Vector u[width];
  for (int round = 1; round < width; round *= 2) {
    for (int i = 0; i < width / 2; i++) interleave(v[i], v[i + width / 2], u[2 * i], u[2 * i + 1]);
    for (int i = 0; i < width; i++) v[i] = u[i];
  }
}

/** One vector whose lane i is the sum over the lanes of v[i]. */
INLINE Vector sumsOf(Vector (&v)[width]) {
  for (int half = width / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) {
      Vector low, high;
      interleave(v[i], v[i + half], low, high);
      v[i] = add(low, high);
    }
  }
  return v[0];
}

/** One vector of lanes of a panel from `count` rows, times `factor`; lanes beyond the last row repeat it. */
template <typename Number>
static void packLanes(RowsOf<Number> rows, Index count, Index length, float factor, float* panel, Index lanes) {
  for (Index x = 0; x < length; x += width) {
    Vector v[width];
    for (int i = 0; i < width; i++) {
      v[i] = multiply(splat(factor), loadUpTo(rows.data + least(i, count - 1) * rows.rowStride + x, length - x));
    }
    transpose(v);
    const Index columns = least(width, length - x);
    if (columns == width) {
      for (int i = 0; i < width; i++) store(panel + (x + i) * lanes, v[i]);
    } else {
      for (int i = 0; i < columns; i++) store(panel + (x + i) * lanes, v[i]);
    }
  }
}

/** `count` rows from one vector of lanes of a panel. */
static void unpackLanes(const float* panel, Index lanes, Index count, Index length, float* into, Index rowStride) {
  for (Index x = 0; x < length; x += width) {
    Vector v[width];
    for (int i = 0; i < width; i++) v[i] = load(panel + least(x + i, length - 1) * lanes);
    transpose(v);
    for (int i = 0; i < least(width, count); i++) storeUpTo(into + i * rowStride + x, v[i], length - x);
  }
}
