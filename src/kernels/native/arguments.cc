#include "arguments.h"

namespace spotlight {

Arguments::Arguments(napi_env env, napi_callback_info info) : env(env) {
  if (napi_get_cb_info(env, info, &given, values, nullptr, &owner) != napi_ok || given > most) {
    given = 0;
    fail("the arguments cannot be read");
    return;
  }
  numbers = doubles();
}

bool Arguments::typedArray(napi_typedarray_type& type, void*& data, std::size_t& length) {
  // The buffer itself is not asked for: of a SharedArrayBuffer there would be no handle of its type.
  if (failed() || nextArray >= given ||
      napi_get_typedarray_info(env, values[nextArray++], &type, &length, &data, nullptr, nullptr) != napi_ok) {
    fail("a typed array is missing");
    return false;
  }
  return true;
}

Span<float> Arguments::floats() {
  napi_typedarray_type type;
  void* data;
  std::size_t length;
  if (!typedArray(type, data, length)) return {nullptr, 0};
  if (type != napi_float32_array) fail("a Float32Array is expected");
  return {static_cast<float*>(data), static_cast<Index>(length)};
}

Span<double> Arguments::doubles() {
  napi_typedarray_type type;
  void* data;
  std::size_t length;
  if (!typedArray(type, data, length)) return {nullptr, 0};
  if (type != napi_float64_array) fail("a Float64Array is expected");
  return {static_cast<double*>(data), static_cast<Index>(length)};
}

double Arguments::number(int at) {
  if (failed() || at >= numbers.length) {
    fail("a number is missing");
    return 0;
  }
  return numbers.data[at];
}

Index Arguments::integer(int at, double least, double most, const char* complaint) {
  const double value = number(at);
  // NaN fails both comparisons.
  if (value >= least && value <= most) {
    const Index whole = static_cast<Index>(value);
    if (static_cast<double>(whole) == value) return whole;
  }
  fail(complaint);
  return static_cast<Index>(least);
}

Index Arguments::count(int at, Index least) {
  return integer(at, static_cast<double>(least), 2147483647.0, "a count is not an integer in range");
}

Index Arguments::place(int at) { return integer(at, 0, 9007199254740991.0, "a place is not an integer in range"); }

void Arguments::requireExtent(Index length, Index start, Index rows, Index rowStride, Index columns,
                              Index columnStride) {
  Index down, across, end;
  const bool overflows = __builtin_mul_overflow(rows - 1, rowStride, &down) ||
                         __builtin_mul_overflow(columns - 1, columnStride, &across) ||
                         __builtin_add_overflow(start, down, &end) || __builtin_add_overflow(end, across, &end);
  if (overflows || end >= length) fail("a view reaches beyond its array");
}

template <typename Number>
Number* Arguments::rows(Span<Number> span, Index start, Index stride, Index count, Index dim) {
  if (!failed()) requireExtent(span.length, start, count, stride, dim, 1);
  return failed() ? nullptr : span.data + start;
}
template float* Arguments::rows(Span<float>, Index, Index, Index, Index);
template double* Arguments::rows(Span<double>, Index, Index, Index, Index);

Input Arguments::input(int at, Index count, Index dim) {
  const Index start = place(at), stride = place(at + 1), code = place(at + 2);
  napi_typedarray_type type;
  void* data;
  std::size_t length;
  if (!typedArray(type, data, length)) return {};
  const bool isHalf = code == static_cast<Index>(Format::float16) || code == static_cast<Index>(Format::bfloat16);
  if (!isHalf && code != static_cast<Index>(Format::float32)) fail("there is no such format");
  if (type != (isHalf ? napi_uint16_array : napi_float32_array)) fail("an array is not of its format");
  // The length is counted in elements, as all places are.
  requireExtent(static_cast<Index>(length), start, count, stride, dim, 1);
  if (failed()) return {};
  const Index bytes = isHalf ? sizeof(Float16) : sizeof(float);
  return {static_cast<const char*>(data) + start * bytes, stride, static_cast<Format>(code)};
}

Mask Arguments::mask(int at, Index rows, Index keys) {
  const Index start = place(at), rowStride = place(at + 1), keyStride = place(at + 2);
  napi_typedarray_type type;
  void* data;
  std::size_t length;
  if (!typedArray(type, data, length)) return {};
  if (type != napi_float32_array && type != napi_uint8_array) fail("a mask is a Float32Array or a Uint8Array");
  requireExtent(static_cast<Index>(length), start, rows, rowStride, keys, keyStride);
  if (failed()) return {};
  if (type == napi_float32_array) return {static_cast<float*>(data) + start, nullptr, rowStride, keyStride};
  return {nullptr, static_cast<std::uint8_t*>(data) + start, rowStride, keyStride};
}

}  // namespace spotlight
