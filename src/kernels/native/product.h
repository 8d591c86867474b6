// The matrix product of projections, on the tiles of attention: rows of the left factor are the lanes of panels.

/** Depth that one pass takes: a panel of it (24 KiB) stays in the first-level cache. */
constexpr Index passDepth = 6144 / mostLanes;

/** sums[column][lane] += panel · right, over `depth` numbers from `from` on. */
template <int N>
static void multiplyPass(const ProductTask& task, Index from, Index depth, const float* panel, float* sums) {
  const Factor right = {task.right.data + from, task.right.rowStride, 1};
  multiplyPanel<N>(right, panel, depth, 0, task.columns, [&](Index column, const Vector(&products)[N]) {
    for (int n = 0; n < N; n++) {
      float* at = sums + (column * N + n) * width;
      store(at, add(load(at), products[n]));
    }
  });
}

static void addBias(const ProductTask& task, Index row, Index count) {
  if (task.bias == nullptr) return;
  for (Index r = row; r < row + count; r++) {
    float* into = task.into + r * task.intoStride;
    for (Index x = 0; x < task.columns; x++) into[x] += task.bias[x];
  }
}

static Outcome multiplyRows(const ProductTask& task, Scratch& scratch) {
  const Cut cut(task.rows);
  float* panel = scratch.queries.room<float>(mostLanes * passDepth);
  float* sums = scratch.scores.room<float>(mostLanes * task.columns + width);
  if (panel == nullptr || sums == nullptr) return Outcome::outOfMemory;
  for (Index p = 0; p < cut.panels; p++) {
    const Index first = cut.firstVector(p), vectors = cut.firstVector(p + 1) - first, lanes = vectors * width;
    const Index row = first * width, rows = least(lanes, cut.panelRows - row);
    std::memset(sums, 0, static_cast<std::size_t>(task.columns * lanes) * sizeof(float));
    for (Index from = 0; from < task.depth; from += passDepth) {
      const Index depth = least(passDepth, task.depth - from);
      for (Index n = 0; n < vectors; n++) {
        const Index start = least(n * width, rows - 1);
        const Rows left = {task.left.data + (row + start) * task.left.rowStride + from, task.left.rowStride};
        packLanes(left, most(1, least(width, rows - n * width)), depth, 1, panel + n * width, lanes);
      }
      if (vectors == 3) multiplyPass<3>(task, from, depth, panel, sums);
      else if (vectors == 2) multiplyPass<2>(task, from, depth, panel, sums);
      else multiplyPass<1>(task, from, depth, panel, sums);
    }
    for (Index n = 0; n * width < rows; n++) {
      unpackLanes(sums + n * width, lanes, rows - n * width, task.columns,
                  task.into + (row + n * width) * task.intoStride, task.intoStride);
    }
    addBias(task, row, rows);
  }
  for (Index row = cut.panelRows; row < task.rows; row++) {
    multiplyRow(task.left.data + row * task.left.rowStride, task.right, task.depth, task.columns, sums);
    std::memcpy(task.into + row * task.intoStride, sums, static_cast<std::size_t>(task.columns) * sizeof(float));
    addBias(task, row, 1);
  }
  return Outcome::done;
}
