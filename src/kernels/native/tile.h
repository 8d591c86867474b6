// The micro-kernel: a tile of sums stays in registers while two factors stream by. Both products of attention are one:
// scores[key][lane] = Σ_x key[key][x] · query[x][lane], and output[x][lane] = Σ_key value[key][x] · weight[key][lane],
// so that keys and values are read as they lie, one number at a time, and only queries are ever rearranged.

/** Vectors of a panel, at most: with `tileRows` rows each, their sums fill the registers but for the factors. */
constexpr int mostVectors = 3;
constexpr int mostLanes = mostVectors * width;

/** Products added up at a time: sums of sums round less than one long sum, to two thirds of the error. Costs 1 % or 2 %. */
constexpr Index sumDepth = 64;

/** Steps down a column that memory is asked for ahead. */
constexpr Index fetchAhead = 8;

/** A matrix read number by number: a[m][k] stands at m·row + k·step. */
struct Factor {
  const float* data;
  Index row;
  Index step;
};

/** sums += a[first + m] · panel over `depth` steps; moves on `at` and `panel`. */
template <int M, int N>
INLINE void addProducts(Factor a, const float*& at, const float*& panel, Index depth, Vector (&sums)[M][N]) {
#pragma GCC unroll 2
  for (Index k = 0; k < depth; k++) {
    Vector b[N];
    for (int n = 0; n < N; n++) b[n] = load(panel + n * width);
    for (int m = 0; m < M; m++) {
      const Vector x = splat(at[m * a.row]);
      for (int n = 0; n < N; n++) sums[m][n] = multiplyAdd(x, b[n], sums[m][n]);
    }
    // Processors do not see these walks coming. Where rows are contiguous, the next tile's rows are fetched a line in turn;
    // where a walk goes down a column, the line some steps ahead. Worth 2 % when keys and values come from the third cache.
    __builtin_prefetch(a.step == 1 ? at + (M + k % M) * a.row : at + fetchAhead * a.step);
    at += a.step;
    panel += N * width;
  }
}

/** The same over more steps than are added up at a time. */
template <int M, int N>
INLINE void addManyProducts(Factor a, const float*& at, const float*& panel, Index depth, Vector (&sums)[M][N]) {
  float totals[M][N][width];
  for (Index done = 0;; done += sumDepth) {
    addProducts<M, N>(a, at, panel, least(sumDepth, depth - done), sums);
    if (done > 0) {
      for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) sums[m][n] = add(load(totals[m][n]), sums[m][n]);
      }
    }
    if (depth - done <= sumDepth) return;
    for (int m = 0; m < M; m++) {
      for (int n = 0; n < N; n++) {
        store(totals[m][n], sums[m][n]);
        sums[m][n] = splat(0);
      }
    }
  }
}

/** Hands the sums of rows [first, first + M) of a · panel to `keep`. */
template <int M, int N, typename Keep>
INLINE void multiplyTile(Factor a, const float* panel, Index depth, Index first, Keep keep) {
  const float* at = a.data + first * a.row;
  Vector sums[M][N];
  for (int m = 0; m < M; m++) {
    for (int n = 0; n < N; n++) sums[m][n] = splat(0);
  }
  // Apart, because heads of 64 numbers should not pay for what only longer sums need.
  if (depth <= sumDepth) addProducts<M, N>(a, at, panel, depth, sums);
  else addManyProducts<M, N>(a, at, panel, depth, sums);
  for (int m = 0; m < M; m++) keep(first + m, sums[m]);
}

/** Hands the sums of rows [first, end) of a · panel to `keep`, N vectors a row. */
template <int N, typename Keep>
INLINE void multiplyPanel(Factor a, const float* panel, Index depth, Index first, Index end, Keep keep) {
  Index m = first;
  if constexpr (tileRows >= 8) {
    for (; m + 8 <= end; m += 8) multiplyTile<8, N>(a, panel, depth, m, keep);
  }
  for (; m + 4 <= end; m += 4) multiplyTile<4, N>(a, panel, depth, m, keep);
  if (m + 2 <= end) {
    multiplyTile<2, N>(a, panel, depth, m, keep);
    m += 2;
  }
  if (m < end) multiplyTile<1, N>(a, panel, depth, m, keep);
}
