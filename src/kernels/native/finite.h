/** Whether no number is NaN or ±∞: x · 0 is 0 for all others, and a sum of zeros is 0. */
static bool allFinite(const float* numbers, Index count) {
  constexpr int streams = 8;
  const Vector zero = splat(0);
  Vector v[streams];
  for (int i = 0; i < streams; i++) v[i] = zero;
  Index at = 0;
  for (; at + streams * width <= count; at += streams * width) {
    for (int i = 0; i < streams; i++) v[i] = multiplyAdd(load(numbers + at + i * width), zero, v[i]);
  }
  for (int i = 1; i < streams; i++) v[0] = add(v[0], v[i]);
  float sum = sumOfLanes(v[0]);
  for (; at < count; at++) sum += numbers[at] * 0;
  return sum == 0;
}
