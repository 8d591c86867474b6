/** Takes all numbers once, in order, into eight vectors of sums that do not wait for each other; returns what these add up to. */
template <typename Take>
INLINE float sweep(const float* numbers, Index count, Take take) {
  constexpr int streams = 8;
  Vector sums[streams];
  for (int i = 0; i < streams; i++) sums[i] = splat(0);
  Index at = 0;
  for (; at + streams * width <= count; at += streams * width) {
    for (int i = 0; i < streams; i++) sums[i] = take(load(numbers + at + i * width), sums[i]);
  }
  for (; at < count; at += width) sums[0] = take(loadUpTo(numbers + at, count - at), sums[0]);
  for (int i = 1; i < streams; i++) sums[0] = add(sums[0], sums[i]);
  return sumOfLanes(sums[0]);
}

/** Whether no number is NaN or ±∞: x · 0 is 0 for all others, and a sum of zeros is 0. */
static bool allFinite(const float* numbers, Index count) {
  return sweep(numbers, count, [](Vector x, Vector sum) { return multiplyAdd(x, splat(0), sum); }) == 0;
}
