// Attention of a panel, tile by tile.

/** The numbers of a tile's step that belong to lanes. */
struct alignas(64) Step {
  float base[mostLanes];
  float largest[mostLanes];
  float poison[mostLanes];
  float anchor[mostLanes];
  float decay[mostLanes];
  float sum[mostLanes];
};

/** What is to be added to a score of the tile, beside its unit: float64, so that large biases cost no digits. */
INLINE double wholeBase(double nearestBias, float base) { return (base == nothing ? 0 : base) + nearestBias; }

/** A max in the units of a tile's scores; finite, because −∞ − −∞ would be NaN: 0 where nothing is seen, and a sink may be very low. */
INLINE float anchorOf(double max, double base, double unit) {
  const double anchor = (max - base) / unit;
  return max == -std::numeric_limits<double>::infinity() ? 0 : anchor < -largestFloat ? -largestFloat : static_cast<float>(anchor);
}

/** Raises the max of each lane to that of the tile; what was before decays by `decay`. */
INLINE void raiseMax(double unit, Panel& panel, Step& step, int lanes) {
  for (int lane = 0; lane < lanes; lane++) {
    const double base = wholeBase(panel.nearestBias[lane], step.base[lane]);
    const double before = panel.max[lane], tile = step.largest[lane] * unit + base;
    const double now = tile > before ? tile : before;
    panel.max[lane] = now;
    step.anchor[lane] = anchorOf(now, base, unit);
    // The same infinity on both sides would give NaN: −∞ says that nothing was seen yet.
    step.decay[lane] = before == now ? 0 : static_cast<float>(before - now);
  }
  for (int lane = 0; lane < lanes; lane += width) store(step.decay + lane, exponential(load(step.decay + lane)));
}

/** scores[key][lane] = key · query, for keys [from, to) of the tile, whose first row is that of `key`. */
template <int N>
static void multiplyKeys(const ScoreTask& task, const Panel& panel, Rows key, Index from, Index to, float* scores) {
  const Factor factor = {key.data, key.rowStride, 1};
  multiplyPanel<N>(factor, panel.query, task.headDim, from, to, [&](Index j, const Vector(&products)[N]) {
    for (int n = 0; n < N; n++) store(scores + (j * N + n) * width, products[n]);
  });
}

/** Products, biases and scores of [from, to); false where biases hide everything. */
template <int N>
INLINE bool scorePanel(const ScoreTask& task, const Scale& scale, const Panel& panel, Rows key, Index tileStart,
                       const Visible& visible, Step& step, float* scores, float* biases) {
  for (int lane = 0; lane < N * width; lane++) step.base[lane] = 0;
  if (scale.biased && !gatherBiases(task, panel, tileStart, visible, biases, step.base)) return false;
  multiplyKeys<N>(task, panel, key, visible.from, visible.to, scores);
  finishScores<N>(scale, visible, scores, biases, step.base, step.largest, step.poison);
  return true;
}

/** One step of the online softmax: the rows of a panel see the tile whose first key is `tileStart`; the sweep is of float32. */
template <int N>
static void attendTile(const AttendTask& task, const Scale& scale, Panel& panel, const Sweep& sweep, Index tileStart,
                       Index keys, float* scores, float* biases) {
  constexpr int lanes = N * width;
  Visible visible;
  findVisible(panel, tileStart, keys, visible);
  if (visible.from >= visible.to) return;
  Step step;
  const Rows key = rowsFrom<float>(sweep.key, tileStart - sweep.start);
  if (!scorePanel<N>(task.scores, scale, panel, key, tileStart, visible, step, scores, biases)) return;

  raiseMax(scale.unit, panel, step, lanes);
  float* const weights = scores + visible.from * lanes;
  exponentiate<N>(scale, step.anchor, weights, visible.to - visible.from, step.sum);
  for (int lane = 0; lane < lanes; lane++) {
    panel.sum[lane] = panel.sum[lane] * step.decay[lane] + (step.sum[lane] + step.poison[lane]);
  }

  const Rows values = rowsFrom<float>(sweep.value, tileStart - sweep.start + visible.from);
  const Factor value = {values.data, 1, values.rowStride};
  const Index depth = visible.to - visible.from;
  Vector decay[N];
  for (int n = 0; n < N; n++) decay[n] = load(step.decay + n * width);
  float* const output = panel.output;
  if (!panel.started) std::memset(output, 0, static_cast<std::size_t>(task.valueDim) * lanes * sizeof(float));
  multiplyPanel<N>(value, weights, depth, 0, task.valueDim, [&](Index x, const Vector(&sums)[N]) {
    for (int n = 0; n < N; n++) {
      float* at = output + (x * N + n) * width;
      store(at, multiplyAdd(load(at), decay[n], sums[n]));
    }
  });
  panel.started = true;
}

/** The panel's output, normalised, as rows. A row with a number beyond float32 shows it in its sum, too. */
static void finishPanel(const AttendTask& task, Panel& panel) {
  const Index lanes = panel.vectors * width;
  for (int n = 0; n < panel.vectors; n++) {
    float sums[width], strange[width];
    for (int i = 0; i < width; i++) {
      const double sum = panel.sum[n * width + i];
      sums[i] = hasWeight(sum) ? static_cast<float>(sum) : 1.0f;
    }
    const Vector divisor = load(sums);
    Vector odd = splat(0);
    for (Index x = 0; x < task.valueDim; x++) {
      float* at = panel.output + x * lanes + n * width;
      const Vector output = panel.started ? divide(load(at), divisor) : splat(0);
      odd = add(odd, subtract(output, output));
      store(at, output);
    }
    store(strange, odd);
    for (int i = 0; i < width; i++) panel.sum[n * width + i] += strange[i];
    const Index count = panel.rows - n * width;
    if (count <= 0) break;
    unpackLanes(panel.output + n * width, lanes, count, task.valueDim,
                task.output + (panel.row + n * width) * task.outputStride, task.outputStride);
  }
  for (Index r = 0; r < panel.rows; r++) {
    task.max[panel.row + r] = panel.max[r];
    task.sum[panel.row + r] = panel.sum[r];
  }
}

/** Scores of a tile become weights, by the max and sum of the whole row: 0 where the row sees nothing. */
template <int N>
static void weigh(const Scale& scale, const Panel& panel, const Visible& visible, Step& step, float* scores) {
  for (int lane = 0; lane < N * width; lane++) {
    const double base = wholeBase(panel.nearestBias[lane], step.base[lane]);
    step.anchor[lane] = anchorOf(panel.max[lane], base, scale.unit);
    step.decay[lane] = hasWeight(panel.sum[lane]) ? static_cast<float>(panel.sum[lane]) : -nothing;
  }
  float* const lines = scores + visible.from * N * width;
  exponentiate<N>(scale, step.anchor, lines, visible.to - visible.from, step.sum);
  for (int n = 0; n < N; n++) {
    const Vector divisor = load(step.decay + n * width);
    for (Index j = visible.from; j < visible.to; j++) {
      float* at = scores + (j * N + n) * width;
      store(at, divide(load(at), divisor));
    }
  }
}

/** One stage of the scores of a panel in one tile, as lines [0, keys). Tells whether all stayed within float32. */
template <int N>
static bool stageTile(const StageTask& task, const Scale& scale, const Panel& panel, Rows key, Index tileStart, Index keys,
                      float* scores, float* biases) {
  constexpr Index lanes = N * width;
  Visible visible;
  Step step;
  bool within = true;
  if (task.stage == Stage::scores || task.stage == Stage::softcapped) {
    Scale own = scale;
    if (task.stage == Stage::scores) own.softcap = 0;
    multiplyKeys<N>(task.scores, panel, key, 0, keys, scores);
    Vector odd = splat(0);
    for (Index at = 0; at < keys * lanes; at += width) {
      const Vector product = load(scores + at);
      odd = add(odd, subtract(product, product));
      store(scores + at, scaled(own, product));
    }
    float strange[width];
    store(strange, odd);
    for (int i = 0; i < width; i++) within = within && strange[i] == 0;
    return within;
  }
  findVisible(panel, tileStart, keys, visible);
  const bool seen = visible.from < visible.to &&
                    scorePanel<N>(task.scores, scale, panel, key, tileStart, visible, step, scores, biases);
  if (!seen) visible.from = visible.to = keys;
  else {
    Vector odd = splat(0);
    for (Index at = visible.from * lanes; at < visible.to * lanes; at += width) {
      odd = add(odd, whereLess(load(scores + at), splat(-nothing), splat(0), splat(1)));
    }
    float strange[width];
    store(strange, odd);
    for (int i = 0; i < width; i++) within = within && strange[i] == 0;
    for (Index lane = 0; lane < lanes; lane++) within = within && step.poison[lane] == 0;
    if (task.stage == Stage::weights) weigh<N>(scale, panel, visible, step, scores);
    else {
      for (int n = 0; n < N; n++) {
        float bases[width];
        for (int i = 0; i < width; i++) {
          const int lane = n * width + i;
          bases[i] = static_cast<float>(wholeBase(panel.nearestBias[lane], step.base[lane]));
        }
        const Vector base = load(bases);
        for (Index j = visible.from; j < visible.to; j++) {
          float* at = scores + (j * N + n) * width;
          store(at, add(load(at), base));
        }
      }
    }
  }
  const Vector hidden = splat(task.stage == Stage::weights ? 0 : nothing);
  for (Index at = 0; at < visible.from * lanes; at += width) store(scores + at, hidden);
  for (Index at = visible.to * lanes; at < keys * lanes; at += width) store(scores + at, hidden);
  return within;
}
