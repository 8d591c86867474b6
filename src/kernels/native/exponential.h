// exp and tanh of a vector.

constexpr double log2e = 1.4426950408889634;
constexpr float nothing = -std::numeric_limits<float>::infinity();
constexpr float largestFloat = std::numeric_limits<float>::max();

/** 1.5·2²³ + 127: added to n, it rounds n to an integer and leaves n + 127, a float's exponent, in the lowest bits. */
constexpr float rounder = 12583039;

/** 2^(n + r) = 2^n · p(r), where `rounded` holds n and |r| ≤ ½: the range reduction of Cephes' exp2f. */
INLINE Vector powerOf(Vector rounded, Vector r) {
  // The minimax polynomial of relative error under 2^−28 among those with p(0) = 1, found by Remez' exchange.
  Vector p = splat(0.00015594677824992687f);
  p = multiplyAdd(p, r, splat(0.0013406643411144614f));
  p = multiplyAdd(p, r, splat(0.009617692790925503f));
  p = multiplyAdd(p, r, splat(0.055503103882074356f));
  p = multiplyAdd(p, r, splat(0.24022652208805084f));
  p = multiplyAdd(p, r, splat(0.6931472420692444f));
  p = multiplyAdd(p, r, splat(1));
  return multiply(p, exponentOf(rounded));
}

/**
 * 2^x within 2 ulp, for results up to 2^126; exactly 1 for x = 0, exactly 0 for x = −∞ and for all that is below 2^−126.
 * NaN stays NaN.
 */
INLINE Vector powerOfTwo(Vector x) {
  const Vector clamped = maximum(splat(-127), x);
  const Vector rounded = add(clamped, splat(rounder));
  return powerOf(rounded, subtract(clamped, subtract(rounded, splat(rounder))));
}

/** exp(x), as exact as powerOfTwo. */
INLINE Vector exponential(Vector x) {
  constexpr float high = static_cast<float>(log2e), low = static_cast<float>(log2e - high);
  const Vector clamped = maximum(splat(static_cast<float>(-127 / log2e)), x);
  const Vector rounded = multiplyAdd(clamped, splat(high), splat(rounder));
  return powerOf(rounded, remainderOf(clamped, splat(high), splat(low), subtract(rounded, splat(rounder))));
}

/**
 * tanh, as in Cephes' tanhf: an odd polynomial below 0.625, which keeps the relative error of small numbers, and
 * 1 − 2 / (exp(2|x|) + 1) above.
 */
INLINE Vector hyperbolicTangent(Vector x) {
  const Vector size = absolute(x), square = multiply(x, x);
  Vector p = splat(-5.70498872745e-3f);
  p = multiplyAdd(p, square, splat(2.06390887954e-2f));
  p = multiplyAdd(p, square, splat(-5.37397155531e-2f));
  p = multiplyAdd(p, square, splat(1.33314422036e-1f));
  p = multiplyAdd(p, square, splat(-3.33332819422e-1f));
  const Vector small = multiplyAdd(multiply(p, square), x, x);
  // From 10 on tanh is 1 in float32. The limit comes first, so that NaN stays NaN.
  const Vector grown = exponential(multiply(splat(2), minimum(splat(10), size)));
  const Vector large = subtract(splat(1), divide(splat(2), add(grown, splat(1))));
  return whereLess(size, splat(0.625f), small, withSignOf(large, x));
}

/** into = exp(from), or 2^from. */
static void exponentials(bool ofTwo, const float* from, float* into, Index count) {
  for (Index i = 0; i < count; i += width) {
    const Vector x = loadUpTo(from + i, count - i);
    storeUpTo(into + i, ofTwo ? powerOfTwo(x) : exponential(x), count - i);
  }
}
