// What is added to the scores of a panel and what hides them: ALiBi, masks, positions.

/**
 * a + b. The sum of two finite biases may fall to −∞, which would pass for a mask: it becomes +∞, so that the row comes out
 * as NaN and is computed in float64.
 */
INLINE Vector addBiases(Vector a, Vector b) {
  const Vector sum = add(a, b), lowest = splat(-largestFloat);
  const Vector fallen = whereLess(minimum(a, b), lowest, splat(nothing), splat(-nothing));
  return whereLess(sum, lowest, fallen, sum);
}

INLINE float biasAt(const Mask& mask, Index row, Index key) {
  const Index at = row * mask.rowStride + key * mask.keyStride;
  if (mask.numbers != nullptr) return mask.numbers[at];
  return mask.bytes[at] == 0 ? nothing : 0.0f;
}

/** The biases of one row for up to `width` keys that follow one another. */
INLINE Vector biasesOfRow(const Mask& mask, Index row, Index key, Index count) {
  if (mask.keyStride == 1 && mask.numbers != nullptr) {
    return loadUpTo(mask.numbers + row * mask.rowStride + key, count);
  }
  float lanes[width];
  if (mask.keyStride == 1 && count >= width) {
    const std::uint8_t* bytes = mask.bytes + row * mask.rowStride + key;
    for (int i = 0; i < width; i++) lanes[i] = bytes[i] == 0 ? nothing : 0.0f;
    return load(lanes);
  }
  for (int i = 0; i < width; i++) lanes[i] = biasAt(mask, row, key + least(i, count - 1));
  return load(lanes);
}

/** Adds a mask to lines [from, to) of the panel's biases. */
static void addMask(const Mask& mask, const Panel& panel, Index tileStart, Index from, Index to, float* biases) {
  const Index lanes = panel.vectors * width;
  if (mask.rowStride == 0) {
    for (Index j = from; j < to; j++) {
      const Vector bias = splat(biasAt(mask, 0, tileStart + j));
      for (Index at = j * lanes; at < (j + 1) * lanes; at += width) store(biases + at, addBiases(load(biases + at), bias));
    }
    return;
  }
  for (int n = 0; n < panel.vectors; n++) {
    for (Index j = from; j < to; j += width) {
      const Index keys = least(width, to - j);
      Vector v[width];
      for (int i = 0; i < width; i++) {
        const Index row = panel.row + least(n * width + i, panel.rows - 1);
        v[i] = biasesOfRow(mask, row, tileStart + j, keys);
      }
      transpose(v);
      for (Index i = 0; i < keys; i++) {
        float* at = biases + (j + i) * lanes + n * width;
        store(at, addBiases(load(at), v[i]));
      }
    }
  }
}

/**
 * All that is added to scores of [from, to), −∞ where a key is hidden, and the largest of each lane in `largest`.
 * Tells whether anything is seen.
 */
static bool gatherBiases(const ScoreTask& task, const Panel& panel, Index tileStart, const Visible& visible,
                         float* biases, float* largest) {
  const Index lanes = panel.vectors * width;
  const Vector hidden = splat(nothing), slope = splat(static_cast<float>(-task.slope));
  for (int n = 0; n < panel.vectors; n++) {
    float from[width];
    for (int i = 0; i < width; i++) from[i] = static_cast<float>(panel.nearest[n * width + i] - tileStart);
    const Vector nearest = load(from);
    for (Index j = visible.from; j < visible.to; j++) {
      const Vector distance = absolute(subtract(nearest, splat(static_cast<float>(j))));
      store(biases + j * lanes + n * width, task.hasAlibi ? multiply(slope, distance) : splat(0));
    }
  }
  for (int m = 0; m < task.maskCount; m++) {
    addMask(task.masks[m], panel, tileStart, visible.from, visible.to, biases);
  }
  bool seen = false;
  for (int n = 0; n < panel.vectors; n++) {
    const Vector start = load(visible.start + n * width), end = load(visible.end + n * width);
    Vector most = hidden;
    for (Index j = visible.from; j < visible.to; j++) {
      float* at = biases + j * lanes + n * width;
      const Vector bias = whereWithin(splat(static_cast<float>(j)), start, end, load(at), hidden);
      store(at, bias);
      most = maximum(bias, most);
    }
    store(largest + n * width, most);
    for (int i = 0; i < width; i++) seen = seen || largest[n * width + i] != nothing;
  }
  return seen;
}
