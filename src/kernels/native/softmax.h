// The steps from products to weights, on lines of N vectors: a line is one key as the rows of a panel see it.

/** How scores become what the softmax reads. */
struct Scale {
  /** Scores need neither scale, softcap nor biases: they stay products, and the exponential takes the scale. */
  bool plain;
  bool biased;
  /** What a difference of two scores of a tile is worth: the scale for products, else 1. */
  double unit;
  float scale;
  float softcap;
};

INLINE Scale scaleOf(const ScoreTask& task) {
  const double size = task.scale < 0 ? -task.scale : task.scale;
  const bool biased = task.hasAlibi || task.maskCount > 0;
  // Far from 1 the scale would leave the range of float32 on its way into the exponent.
  const bool plain = !biased && task.softcap == 0 && size > 1e-20 && size < 1e20;
  return {plain, biased, plain ? size : 1, static_cast<float>(size), static_cast<float>(task.softcap)};
}

/** Products become scores, before biases. */
INLINE Vector scaled(const Scale& scale, Vector product) {
  const Vector score = multiply(product, splat(scale.scale));
  if (scale.softcap == 0) return score;
  const Vector cap = splat(scale.softcap);
  return multiply(cap, hyperbolicTangent(divide(score, cap)));
}

/** The largest score, and the extremes of products by which overflow shows. */
struct Extremes {
  Vector score;
  Vector lowest;
  Vector highest;
};

INLINE Extremes noExtremes() { return {splat(nothing), splat(-nothing), splat(nothing)}; }

/** NaN where a product left the range of float32, else 0: it must not pass for a masked one or hide behind the softcap. */
INLINE Vector poisonOf(const Extremes& seen) {
  const Vector nan = splat(std::numeric_limits<float>::quiet_NaN());
  const Vector low = whereLess(seen.lowest, splat(-largestFloat), nan, splat(0));
  return whereLess(splat(largestFloat), seen.highest, nan, low);
}

/**
 * Products of lines [from, to) become what the softmax reads, but for the base of each lane (the largest bias): −∞ where
 * hidden. The largest score of each lane, and NaN or 0 for overflow, are written as lanes.
 */
template <int N>
static void finishScores(const Scale& scale, const Visible& visible, float* scores, const float* biases,
                         const float* base, float* largest, float* poison) {
  constexpr Index lanes = N * width;
  const Vector hidden = splat(nothing);
  for (int n = 0; n < N; n++) {
    Extremes seen = noExtremes();
    const Vector start = load(visible.start + n * width), end = load(visible.end + n * width);
    const Vector lowestBase = load(base + n * width);
    const Vector off = whereLess(lowestBase, splat(-largestFloat), splat(0), lowestBase);
    const auto finish = [&](Index j, bool edge) {
      float* at = scores + j * lanes + n * width;
      const Vector product = load(at);
      seen.lowest = minimum(product, seen.lowest);
      if (scale.plain && !edge) {
        seen.score = maximum(product, seen.score);
        return;
      }
      seen.highest = maximum(product, seen.highest);
      Vector score = scale.plain ? product : scaled(scale, product);
      if (scale.biased) score = add(score, subtract(load(biases + j * lanes + n * width), off));
      else if (edge) score = whereWithin(splat(static_cast<float>(j)), start, end, score, hidden);
      store(at, score);
      seen.score = maximum(score, seen.score);
    };
    for (Index j = visible.from; j < visible.allFrom; j++) finish(j, true);
    for (Index j = visible.allFrom; j < visible.allTo; j++) finish(j, false);
    for (Index j = visible.allTo; j < visible.to; j++) finish(j, true);
    store(largest + n * width, seen.score);
    store(poison + n * width, poisonOf(seen));
  }
}

/** Lines added up at a time: sums of sums, so that rounding does not grow with the number of keys. */
constexpr Index sumLines = 32;

/** scores = exp(unit · (scores − anchor)) for `count` lines, and their sum in each lane. */
template <int N>
static void exponentiate(double unit, const float* anchor, float* scores, Index count, float* sums) {
  constexpr Index lanes = N * width;
  const Base base = baseOf(unit);
  Vector off[N], total[N];
  for (int n = 0; n < N; n++) {
    off[n] = load(anchor + n * width);
    total[n] = splat(0);
  }
  for (Index first = 0; first < count; first += sumLines) {
    Vector part[N];
    for (int n = 0; n < N; n++) part[n] = splat(0);
    float* const stop = scores + least(sumLines, count - first) * lanes;
    for (; scores < stop; scores += lanes) {
      for (int n = 0; n < N; n++) {
        const Vector weight = power(base, subtract(load(scores + n * width), off[n]));
        store(scores + n * width, weight);
        part[n] = add(part[n], weight);
      }
    }
    for (int n = 0; n < N; n++) total[n] = add(total[n], part[n]);
  }
  for (int n = 0; n < N; n++) store(sums + n * width, total[n]);
}
