// What rows saw in two ranges of keys becomes what they saw in both: attention/merge.ts in vectors.

static void mergeRows(const MergeTask& task) {
  for (Index r = 0; r < task.rows; r++) {
    const double wholeSeen = task.wholeSum[r], partSeen = task.partSum[r];
    if (!hasWeight(partSeen)) continue;
    const double wholeMax = task.wholeMax[r], partMax = task.partMax[r];
    const double max = wholeMax > partMax ? wholeMax : partMax;
    const double wholeSum = hasWeight(wholeSeen) ? wholeSeen * std::exp(wholeMax - max) : 0;
    const double partSum = partSeen * std::exp(partMax - max);
    const double sum = wholeSum + partSum;
    const Vector wholeShare = splat(static_cast<float>(wholeSum / sum));
    const Vector partShare = splat(static_cast<float>(partSum / sum));
    float* into = task.whole + r * task.wholeStride;
    const float* from = task.part + r * task.partStride;
    for (Index x = 0; x < task.valueDim; x += width) {
      const Index numbers = task.valueDim - x;
      const Vector mine = multiply(loadUpTo(into + x, numbers), wholeShare);
      storeUpTo(into + x, multiplyAdd(loadUpTo(from + x, numbers), partShare, mine), numbers);
    }
    task.wholeMax[r] = max;
    task.wholeSum[r] = sum;
  }
}
