// A panel: up to `mostLanes` rows of a block side by side in the lanes of vectors, and what they have seen so far.

/** Keys of a tile: the scores of a panel and a tile (24 KiB) stay in the first-level cache. */
constexpr Index tileKeys = 12288 / mostLanes;

/**
 * The running state of the lanes: online softmax (Milakov & Gimelshein 2018; FlashAttention's recurrence).
 * Invariant after each tile, over the keys so far: sum = Σ exp(score − max), output = Σ exp(score − max) · value.
 */
struct alignas(64) Panel {
  double max[mostLanes];
  double sum[mostLanes];
  /** What ALiBi adds at the nearest key that a row sees; all else counts from there, so that distance costs no digits. */
  double nearestBias[mostLanes];
  /** Keys that each row sees by position, and the nearest of them to where it stands; counted from the block's first key. */
  std::int32_t start[mostLanes];
  std::int32_t end[mostLanes];
  std::int32_t nearest[mostLanes];
  Index row;
  Index rows;
  int vectors;
  bool started;
  /** [headDim][lanes] */
  float* query;
  /** [valueDim][lanes] */
  float* output;
};

/** Which keys of the block row `row` sees by position (causal, window, padding). */
struct Sight {
  Index start;
  Index end;
  Index nearest;
  double nearestBias;
};

INLINE Sight sightOf(const ScoreTask& task, Index row) {
  if (row >= task.visibleRows) return {0, 0, 0, 0};
  const double position = task.position + static_cast<double>(row);
  const double keys = static_cast<double>(least(task.keys, task.visibleKeys));
  const double first = position - task.left, last = position + task.right + 1;
  const double start = first > 0 ? first : 0, end = last < keys ? last : keys;
  if (!(start < end)) return {0, 0, 0, 0};
  const double nearest = position < start ? start : position > end - 1 ? end - 1 : position;
  const double distance = position > nearest ? position - nearest : nearest - position;
  return {static_cast<Index>(start), static_cast<Index>(end), static_cast<Index>(nearest), -task.slope * distance};
}

/** Lanes beyond the last row do as it does. */
static void placeRows(const ScoreTask& task, Panel& panel) {
  const int lanes = panel.vectors * width;
  for (int lane = 0; lane < lanes; lane++) {
    const Sight sight = sightOf(task, panel.row + least(lane, panel.rows - 1));
    panel.start[lane] = static_cast<std::int32_t>(sight.start);
    panel.end[lane] = static_cast<std::int32_t>(sight.end);
    panel.nearest[lane] = static_cast<std::int32_t>(sight.nearest);
    panel.nearestBias[lane] = sight.nearestBias;
    panel.max[lane] = -std::numeric_limits<double>::infinity();
    panel.sum[lane] = 0;
  }
  panel.started = false;
}

/** Keys of a tile that some row of the panel sees by position, [from, to), and that all of them see, [allFrom, allTo). */
struct Visible {
  Index from;
  Index to;
  Index allFrom;
  Index allTo;
  /** What each lane sees, counted from the tile's first key. */
  alignas(64) float start[mostLanes];
  alignas(64) float end[mostLanes];
};

static void findVisible(const Panel& panel, Index tileStart, Index keys, Visible& visible) {
  visible.from = keys;
  visible.to = 0;
  visible.allFrom = 0;
  visible.allTo = keys;
  for (int lane = 0; lane < panel.vectors * width; lane++) {
    const Index start = least(keys, most(0, panel.start[lane] - tileStart));
    const Index end = most(start, least(keys, panel.end[lane] - tileStart));
    visible.start[lane] = static_cast<float>(start);
    visible.end[lane] = static_cast<float>(end);
    if (start < end) {
      visible.from = least(visible.from, start);
      visible.to = most(visible.to, end);
    }
    visible.allFrom = most(visible.allFrom, start);
    visible.allTo = least(visible.allTo, end);
  }
  if (visible.from >= visible.to) return;
  // Between the two lie the keys that need no look at their position.
  visible.allFrom = least(visible.to, most(visible.from, visible.allFrom));
  visible.allTo = most(visible.allFrom, least(visible.to, visible.allTo));
}

/** Packs the queries of a panel, times `factor`. */
static void packQueries(const ScoreTask& task, float factor, const Panel& panel) {
  for (int n = 0; n < panel.vectors; n++) {
    const Index first = least(n * width, panel.rows - 1);
    const Index count = most(1, least(width, panel.rows - n * width));
    asNumbers(task.query, panel.row + first, [&](auto rows) {
      packLanes(rows, count, task.headDim, factor, panel.query + n * width, panel.vectors * width);
    });
  }
}
