// What the processor can do at best, for the benchmark: arithmetic without memory, and memory without arithmetic.

/** `rounds` rounds of independent multiply-adds on registers alone; returns how many floating-point operations that were. */
static double spin(Index rounds, float* sink) {
  constexpr int sums = 4 * mostVectors;
  Vector v[sums];
  for (int i = 0; i < sums; i++) v[i] = splat(0.1f * static_cast<float>(i));
  const Vector factor = splat(0.9999f), term = splat(0.0001f);
  for (Index round = 0; round < rounds; round++) {
    for (int i = 0; i < sums; i++) v[i] = multiplyAdd(v[i], factor, term);
  }
  for (int i = 1; i < sums; i++) v[0] = add(v[0], v[i]);
  storePart(sink, v[0], 1);
  return 2.0 * sums * width * static_cast<double>(rounds);
}

/** Reads all numbers once, in order. */
static float read(const float* numbers, Index count) {
  return sweep(numbers, count, [](Vector x, Vector sum) { return add(x, sum); });
}
