// What JavaScript hands over, checked before anything is read or written: types, signs, and every extent.
#pragma once
#include <node_api.h>

#include "task.h"

namespace spotlight {

/** The numbers of a typed array; null when it is not one of this type. It may lie in a SharedArrayBuffer. */
template <typename Number>
struct Span {
  Number* data;
  Index length;
};

/**
 * Reads the arguments of one call. The first is a Float64Array of numbers that are taken in order; typed arrays follow.
 * The first fault is kept as an error to throw, and everything after it reads as nothing.
 */
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info);

  napi_env env;
  /** The kernel that the function belongs to. */
  void* owner = nullptr;

  bool failed() const { return fault != nullptr; }
  /** Throws the fault as a RangeError of JavaScript. */
  void throwFault() const { napi_throw_range_error(env, "ERR_OUT_OF_RANGE", fault); }

  double number();
  /** An integer from `least` on that fits 31 bits: a count of rows, keys or columns. */
  Index count(Index least);
  /** An integer of at least 0: a place or a distance in an array. */
  Index place();
  bool isArrayLeft() const { return at < given; }
  Span<float> floats();
  Span<double> doubles();

  /** Rows of `dim` numbers, `stride` apart from `start` on: all of them must lie in the array. */
  template <typename Number>
  Number* rows(Span<Number> span, Index start, Index stride, Index count, Index dim);
  /** Rows of queries, keys or values: start, stride and format are the next numbers, their array the next array. */
  Input input(Index count, Index dim);
  /** A mask of rows × keys: its start and strides are the next numbers, its array the next array. */
  Mask mask(Index rows, Index keys);

 private:
  static constexpr std::size_t most = 8 + mostMasks;
  napi_value values[most];
  std::size_t given = most;
  std::size_t at = 0;
  Span<double> numbers = {nullptr, 0};
  Index nextNumber = 0;
  const char* fault = nullptr;

  void fail(const char* message) {
    if (fault == nullptr) fault = message;
  }
  Index integer(double least, double most, const char* complaint);
  bool typedArray(napi_typedarray_type& type, void*& data, std::size_t& length);
  void requireExtent(Index length, Index start, Index rows, Index rowStride, Index columns, Index columnStride);
};

}  // namespace spotlight
