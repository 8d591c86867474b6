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
 * Reads the arguments of one call. The first is a Float64Array of numbers, each in its place (layout.h); typed arrays follow
 * and are taken in order.
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

  double number(int at);
  /** An integer from `least` on that fits 31 bits: a count of rows, keys or columns. */
  Index count(int at, Index least);
  /** An integer of at least 0: a place or a distance in an array. */
  Index place(int at);
  bool isArrayLeft() const { return nextArray < given; }
  Span<float> floats();
  Span<double> doubles();

  /** Rows of `dim` numbers, `stride` apart from `start` on: all of them must lie in the array. */
  template <typename Number>
  Number* rows(Span<Number> span, Index start, Index stride, Index count, Index dim);
  /** Rows of queries, keys or values: start, stride and format are numbers from `at` on, their array the next array. */
  Input input(int at, Index count, Index dim);
  /** A mask of rows × keys: its start and strides are numbers from `at` on, its array the next array. */
  Mask mask(int at, Index rows, Index keys);

 private:
  static constexpr std::size_t most = 8 + mostMasks;
  napi_value values[most];
  std::size_t given = most;
  std::size_t nextArray = 0;
  Span<double> numbers = {nullptr, 0};
  const char* fault = nullptr;

  void fail(const char* message) {
    if (fault == nullptr) fault = message;
  }
  Index integer(int at, double least, double most, const char* complaint);
  bool typedArray(napi_typedarray_type& type, void*& data, std::size_t& length);
  void requireExtent(Index length, Index start, Index rows, Index rowStride, Index columns, Index columnStride);
};

}  // namespace spotlight
