// Queries, keys and values in the formats in which they come. Every half is a float32: widening changes no number.

template <typename Number>
INLINE RowsOf<Number> rowsFrom(const Input& input, Index first) {
  return {static_cast<const Number*>(input.data) + first * input.rowStride, input.rowStride};
}

/** Hands the rows from `first` on to `use` as what they are. */
template <typename Use>
INLINE void asNumbers(const Input& input, Index first, Use use) {
  if (input.format == Format::float16) use(rowsFrom<Float16>(input, first));
  else if (input.format == Format::bfloat16) use(rowsFrom<Bfloat16>(input, first));
  else use(rowsFrom<float>(input, first));
}

/** `length` numbers as float32, times `factor`. */
template <typename Number>
static void copyScaled(const Number* from, Index length, float factor, float* into) {
  for (Index x = 0; x < length; x += width) {
    storeUpTo(into + x, multiply(splat(factor), loadUpTo(from + x, length - x)), length - x);
  }
}

/** Keys of the block from number `start` on, and their values. */
struct Sweep {
  Index start;
  Input key;
  Input value;
};

/** `count` rows from `first` on as float32: where they lie, or else widened into `memory`. Null when there is none. */
static Input widened(const Input& input, Index first, Index count, Index length, Buffer& memory) {
  if (input.format == Format::float32) return {rowsFrom<float>(input, first).data, input.rowStride, Format::float32};
  float* const into = memory.room<float>(count * length);
  if (into == nullptr) return {nullptr, 0, Format::float32};
  asNumbers(input, first, [&](auto rows) {
    for (Index r = 0; r < count; r++) copyScaled(rows.data + r * rows.rowStride, length, 1, into + r * length);
  });
  return {into, length, Format::float32};
}
