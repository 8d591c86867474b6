// Attention of single rows: keys and values are read as they lie, at the speed of memory. For decoding, where few rows see
// many keys, and for the rows that do not fill a panel. The lanes of its vectors are keys for scores, and columns for output.

/** Keys of a tile of a single row. */
constexpr Index rowTileKeys = 512;

/** The running state of one row; see Panel. */
struct RowState {
  double max;
  double sum;
  Sight sight;
  bool started;
  /** [valueDim] */
  float* output;
};

/** How many rows ahead memory is asked for: 8 KiB, as fast as memory gets. Less is a little faster where all is cached. */
template <typename Number>
constexpr Index rowsAhead(Index length) {
  constexpr Index numbers = 8192 / sizeof(Number);
  return (numbers + length - 1) / length;
}

/** Sum of the lanes' products of a row with the query, as lanes; memory is asked for the row that is `ahead` from it. */
template <typename Number>
INLINE Vector multiplyInOrder(const float* query, const Number* row, Index depth, Index ahead) {
  Vector sum = splat(0);
  Index x = 0;
  for (; x + width <= depth; x += width) {
    __builtin_prefetch(row + x + ahead);
    sum = multiplyAdd(load(query + x), load(row + x), sum);
  }
  if (x == depth) return sum;
  return multiplyAdd(loadPart(query + x, depth - x), loadPart(row + x, depth - x), sum);
}

/** The products of one vector of rows with a query of C vectors, which stays in registers. */
template <int C, typename Number>
INLINE Vector multiplyWhole(const float* query, RowsOf<Number> rows, Index ahead) {
  Vector q[C], sums[width];
  for (int c = 0; c < C; c++) q[c] = load(query + c * width);
  for (int i = 0; i < width; i++) {
    const Number* at = rows.data + i * rows.rowStride;
    for (int c = 0; c < C; c++) {
      __builtin_prefetch(at + c * width + ahead);
      sums[i] = c == 0 ? multiply(q[0], load(at)) : multiplyAdd(q[c], load(at + c * width), sums[i]);
    }
  }
  return sumsOf(sums);
}

/** products[j] = query · rows[j] for `count` rows; whole vectors are written, lanes beyond the last hold what nobody reads. */
template <typename Number>
static void multiplyRow(const float* query, RowsOf<Number> rows, Index depth, Index count, float* products) {
  const Index ahead = rowsAhead<Number>(depth) * rows.rowStride;
  Index j = 0;
  const auto from = [&](Index row) { return RowsOf<Number>{rows.data + row * rows.rowStride, rows.rowStride}; };
  if (depth == 4 * width) {
    for (; j + width <= count; j += width) store(products + j, multiplyWhole<4>(query, from(j), ahead));
  } else if (depth == 8 * width) {
    for (; j + width <= count; j += width) store(products + j, multiplyWhole<8>(query, from(j), ahead));
  }
  for (; j < count; j += width) {
    Vector sums[width];
    for (int i = 0; i < width; i++) {
      sums[i] = multiplyInOrder(query, rows.data + least(j + i, count - 1) * rows.rowStride, depth, ahead);
    }
    store(products + j, sumsOf(sums));
  }
}

/** output[columns of C vectors] = output · decay + Σ_j weights[j] · rows[j] for `count` rows; `part` numbers of the last vector. */
template <int C, typename Number>
INLINE void addColumns(const float* weights, RowsOf<Number> rows, Index count, Index part, float decay, float* output) {
  Vector sums[C];
  for (int c = 0; c < C; c++) sums[c] = splat(0);
  const Number* at = rows.data;
  const Index ahead = rowsAhead<Number>(C * width) * rows.rowStride;
  for (Index j = 0; j < count; j++) {
    for (int c = 0; c < C; c++) __builtin_prefetch(at + c * width + ahead);
    const Vector weight = splat(weights[j]);
    for (int c = 0; c < C - 1; c++) sums[c] = multiplyAdd(weight, load(at + c * width), sums[c]);
    const Number* end = at + (C - 1) * width;
    sums[C - 1] = multiplyAdd(weight, part == width ? load(end) : loadPart(end, part), sums[C - 1]);
    at += rows.rowStride;
  }
  const Vector factor = splat(decay);
  for (int c = 0; c < C; c++) {
    float* into = output + c * width;
    const Index numbers = c < C - 1 ? width : part;
    storeUpTo(into, multiplyAdd(loadUpTo(into, numbers), factor, sums[c]), numbers);
  }
}

template <typename Number>
static void addValues(const float* weights, RowsOf<Number> values, Index count, Index columns, float decay, float* output) {
  Index x = 0;
  const auto from = [&](Index column) { return RowsOf<Number>{values.data + column, values.rowStride}; };
  for (; x + 8 * width <= columns; x += 8 * width) addColumns<8>(weights, from(x), count, width, decay, output + x);
  for (; x + 4 * width <= columns; x += 4 * width) addColumns<4>(weights, from(x), count, width, decay, output + x);
  for (; x < columns; x += width) addColumns<1>(weights, from(x), count, least(width, columns - x), decay, output + x);
}

INLINE float largestLane(Vector v) {
  float lanes[width];
  store(lanes, v);
  float largest = lanes[0];
  for (int i = 1; i < width; i++) largest = lanes[i] > largest ? lanes[i] : largest;
  return largest;
}

INLINE float sumOfLanes(Vector v) {
  float lanes[width];
  store(lanes, v);
  for (int half = width / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

/** All that is added to the scores of `count` keys from `key` on; returns the largest. */
static float gatherRowBiases(const ScoreTask& task, const RowState& state, Index row, Index key, Index count,
                             float* biases) {
  Vector largest = splat(nothing);
  const Vector slope = splat(static_cast<float>(-task.slope));
  float lanes[width];
  for (int i = 0; i < width; i++) lanes[i] = static_cast<float>(i);
  const Vector steps = load(lanes);
  for (Index j = 0; j < count; j += width) {
    const Index keys = least(width, count - j);
    Vector bias = splat(0);
    if (task.hasAlibi) {
      const Vector from = splat(static_cast<float>(state.sight.nearest - key - j));
      bias = multiply(slope, absolute(subtract(from, steps)));
    }
    for (int m = 0; m < task.maskCount; m++) bias = addBiases(bias, biasesOfRow(task.masks[m], row, key + j, keys));
    bias = whereLess(steps, splat(static_cast<float>(keys)), bias, splat(nothing));
    store(biases + j, bias);
    largest = maximum(bias, largest);
  }
  return largestLane(largest);
}

/** What one tile is to a row. */
struct RowStep {
  Index from;
  Index count;
  float base;
  float largest;
  float poison;
};

/** Scores of the keys of a tile that a row sees, −∞ in the lanes behind them. Tells whether it sees any. */
static bool scoreRow(const ScoreTask& task, const Scale& scale, const RowState& state, Index row, const float* query,
                     const Sweep& sweep, Index tileStart, Index keys, float* scores, float* biases, RowStep& step) {
  step.from = most(state.sight.start, tileStart);
  step.count = least(state.sight.end, tileStart + keys) - step.from;
  if (step.count <= 0) return false;
  step.base = scale.biased ? gatherRowBiases(task, state, row, step.from, step.count, biases) : 0;
  if (step.base == nothing) return false;
  asNumbers(sweep.key, step.from - sweep.start,
            [&](auto keysSeen) { multiplyRow(query, keysSeen, task.headDim, step.count, scores); });
  Extremes seen = noExtremes();
  const Vector off = splat(step.base);
  for (Index j = 0; j < step.count; j += width) {
    const Vector product = load(scores + j);
    seen.lowest = minimum(product, seen.lowest);
    seen.highest = maximum(product, seen.highest);
    Vector score = scale.plain ? product : scaled(scale, product);
    if (!scale.plain) seen.lowest = minimum(score, seen.lowest);
    if (scale.biased) score = add(score, subtract(load(biases + j), off));
    store(scores + j, score);
    if (j + width > step.count) {
      for (Index i = step.count; i < j + width; i++) scores[i] = nothing;
      score = load(scores + j);
    }
    seen.score = maximum(score, seen.score);
  }
  step.largest = largestLane(seen.score);
  step.poison = sumOfLanes(poisonOf(seen));
  return true;
}

/** scores = exp(unit · (scores − anchor)); returns their sum. */
static double exponentiateRow(const Scale& scale, float anchor, float* scores, Index count) {
  const Vector off = splat(anchor);
  Vector sum = splat(0);
  for (Index j = 0; j < count; j += width) {
    const Vector score = subtract(load(scores + j), off);
    const Vector weight = scale.plain ? powerOfTwo(score) : exponential(score);
    store(scores + j, weight);
    sum = add(sum, weight);
  }
  return sumOfLanes(sum);
}

/** One step of the online softmax for one row. */
static void attendRow(const AttendTask& task, const Scale& scale, RowState& state, Index row, const float* query,
                      const Sweep& sweep, Index tileStart, Index keys, float* scores, float* biases) {
  RowStep step;
  if (!scoreRow(task.scores, scale, state, row, query, sweep, tileStart, keys, scores, biases, step)) return;
  const double base = wholeBase(state.sight.nearestBias, step.base);
  const double tile = step.largest * scale.unit + base, before = state.max;
  const double now = tile > before ? tile : before;
  const float decay = before == now ? 1.0f : static_cast<float>(std::exp(before - now));
  state.max = now;
  const double sum = exponentiateRow(scale, anchorOf(now, base, scale.unit), scores, step.count);
  state.sum = state.sum * decay + (sum + step.poison);
  if (!state.started) std::memset(state.output, 0, static_cast<std::size_t>(task.valueDim) * sizeof(float));
  state.started = true;
  asNumbers(sweep.value, step.from - sweep.start,
            [&](auto values) { addValues(scores, values, step.count, task.valueDim, decay, state.output); });
}

static void finishRow(const AttendTask& task, RowState& state, Index row) {
  const float divisor = hasWeight(state.sum) ? static_cast<float>(state.sum) : 1.0f;
  float* into = task.output + row * task.outputStride;
  float odd = 0;
  for (Index x = 0; x < task.valueDim; x++) {
    into[x] = state.started ? state.output[x] / divisor : 0;
    odd += into[x] - into[x];
  }
  task.max[row] = state.max;
  task.sum[row] = state.sum + odd;
}

/** One stage of the scores of a row in one tile, as `keys` numbers at `into`. Tells whether all stayed within float32. */
static bool stageRow(const StageTask& task, const Scale& scale, const RowState& state, Index row, const float* query,
                     Index tileStart, Index keys, float* scores, float* biases, float* into) {
  if (task.stage == Stage::scores || task.stage == Stage::softcapped) {
    Scale own = scale;
    if (task.stage == Stage::scores) own.softcap = 0;
    asNumbers(task.scores.key, tileStart,
              [&](auto rows) { multiplyRow(query, rows, task.scores.headDim, keys, scores); });
    Vector odd = splat(0);
    for (Index j = 0; j < keys; j += width) {
      const Vector product = load(scores + j);
      odd = add(odd, subtract(product, product));
      storeUpTo(into + j, scaled(own, product), keys - j);
    }
    return sumOfLanes(odd) == 0;
  }
  const bool isWeights = task.stage == Stage::weights;
  RowStep step;
  const Sweep whole = {0, task.scores.key, {}};
  if (!scoreRow(task.scores, scale, state, row, query, whole, tileStart, keys, scores, biases, step)) {
    for (Index j = 0; j < keys; j++) into[j] = isWeights ? 0 : nothing;
    return true;
  }
  bool within = step.poison == 0;
  for (Index j = 0; j < step.count; j++) within = within && scores[j] < -nothing;
  const double base = wholeBase(state.sight.nearestBias, step.base);
  if (isWeights) exponentiateRow(scale, anchorOf(state.max, base, scale.unit), scores, step.count);
  const float sum = static_cast<float>(state.sum);
  const Index from = step.from - tileStart;
  for (Index j = 0; j < keys; j++) {
    const bool seen = j >= from && j < from + step.count;
    if (isWeights) into[j] = seen && hasWeight(sum) ? scores[j - from] / sum : 0;
    else if (!seen) into[j] = nothing;
    else into[j] = scores[j - from] + static_cast<float>(base);
  }
  return within;
}
