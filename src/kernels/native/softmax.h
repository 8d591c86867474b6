// The steps from products to weights, on lines of N vectors: a line is one key as the rows of a panel see it.

/** How products of queries and keys become what the softmax reads. */
struct Scale {
  /**
   * There is nothing but a scale: queries are multiplied by scale·log2(e) when they are packed, and products are scores
   * already, to the base of two.
   */
  bool plain;
  bool biased;
  /** What queries are multiplied by. Otherwise only a negative scale shows here, so that `scale` is not negative. */
  float factor;
  /** What a difference of two scores is worth as an exponent of e. */
  double unit;
  float scale;
  float softcap;
};

/** `exact`: scores themselves are asked for, so that nothing may be rounded beside them. */
INLINE Scale scaleOf(const ScoreTask& task, bool exact) {
  const double size = task.scale < 0 ? -task.scale : task.scale;
  const bool biased = task.hasAlibi || task.maskCount > 0;
  // Far from 1 the scale would take queries out of the range of float32.
  const bool plain = !exact && !biased && task.softcap == 0 && size > 1e-20 && size < 1e20;
  const double factor = plain ? task.scale * log2e : task.scale < 0 ? -1 : 1;
  return {plain, biased, static_cast<float>(factor), plain ? 1 / log2e : 1, static_cast<float>(size),
          static_cast<float>(task.softcap)};
}

/** Products become scores, before biases, unless they are plain. */
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
      // A scale may take a score to −∞ where the product is finite. Beneath a softcap that is right.
      if (!scale.plain) seen.lowest = minimum(score, seen.lowest);
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
template <int N, bool ofTwo>
static void exponentiateLines(const float* anchor, float* scores, Index count, float* sums) {
  constexpr Index lanes = N * width;
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
        const Vector score = subtract(load(scores + n * width), off[n]);
        const Vector weight = ofTwo ? powerOfTwo(score) : exponential(score);
        store(scores + n * width, weight);
        part[n] = add(part[n], weight);
      }
    }
    for (int n = 0; n < N; n++) total[n] = add(total[n], part[n]);
  }
  for (int n = 0; n < N; n++) store(sums + n * width, total[n]);
}

template <int N>
INLINE void exponentiate(const Scale& scale, const float* anchor, float* scores, Index count, float* sums) {
  if (scale.plain) exponentiateLines<N, true>(anchor, scores, count, sums);
  else exponentiateLines<N, false>(anchor, scores, count, sums);
}
