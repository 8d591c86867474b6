// What a path is asked to compute: pointers and sizes that the binding has checked, and nothing of Node.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "layout.h"

namespace spotlight {

using Index = std::ptrdiff_t;

/** Rows of contiguous numbers, `rowStride` numbers apart. */
template <typename Number>
struct RowsOf {
  const Number* data;
  Index rowStride;
};
using Rows = RowsOf<float>;

/** Numbers of 16 bits, as their bits: IEEE 754's binary16, and the upper half of a float32. They become float32 where they are loaded. */
struct Float16 {
  std::uint16_t bits;
};
struct Bfloat16 {
  std::uint16_t bits;
};

/** Rows of one of the formats. */
struct Input {
  const void* data;
  Index rowStride;
  Format format;
};

/** A mask from the block's first row and key on: either numbers to add, or bytes of which 0 hides a key. */
struct Mask {
  const float* numbers;
  const std::uint8_t* bytes;
  Index rowStride;
  Index keyStride;
};

constexpr int mostMasks = 8;

/** The scores of one block (rows × keys of one head); everything is counted from its first row and key. */
struct ScoreTask {
  Input query;
  Input key;
  Index rows;
  Index keys;
  Index headDim;
  double scale;
  /** 0 = none. */
  double softcap;
  bool hasAlibi;
  double slope;
  /** Row r stands at key `position + r`, and sees keys from `left` before it to `right` behind it. */
  double position;
  double left;
  double right;
  /** Rows and keys from here on are padding. */
  Index visibleRows;
  Index visibleKeys;
  int maskCount;
  Mask masks[mostMasks];
};

/** softmax(scores) · value, with the largest score and Σ exp(score − max) of each row. */
struct AttendTask {
  ScoreTask scores;
  Input value;
  Index valueDim;
  float* output;
  Index outputStride;
  double* max;
  double* sum;
};

/** One stage of the score matrix as rows × keys; weights need the max and sum of whole rows. */
struct StageTask {
  ScoreTask scores;
  Stage stage;
  float* into;
  Index intoStride;
  const double* max;
  const double* sum;
};

/** into[m, n] = Σ_k left[m, k]·right[n, k] + bias[n]; `bias` may be null. */
struct ProductTask {
  Rows left;
  Rows right;
  const float* bias;
  Index rows;
  Index columns;
  Index depth;
  float* into;
  Index intoStride;
};

/** Rows of `part` are merged into those of `whole`: output, max and sum of each. */
struct MergeTask {
  Index rows;
  Index valueDim;
  float* whole;
  Index wholeStride;
  double* wholeMax;
  double* wholeSum;
  const float* part;
  Index partStride;
  const double* partMax;
  const double* partSum;
};

enum class Outcome {
  done,
  /** A score left the range of float32: what was written does not count. Attention says so in the sum of the row instead. */
  overflowed,
  outOfMemory,
};

/** Memory for one purpose that grows and is used again; its content is arbitrary. */
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data); }

  /** Room for `count` numbers on a cache line's border, or null. */
  template <typename Number>
  Number* room(Index count) {
    constexpr std::size_t line = 64;
    const std::size_t needed = (static_cast<std::size_t>(count) * sizeof(Number) + line - 1) / line * line;
    if (needed > bytes) {
      std::free(data);
      data = std::aligned_alloc(line, needed);
      bytes = data == nullptr ? 0 : needed;
    }
    return static_cast<Number*>(data);
  }

 private:
  void* data = nullptr;
  std::size_t bytes = 0;
};

/** The scratch memory of one kernel, which belongs to one thread. */
struct Scratch {
  Buffer queries;
  Buffer scores;
  Buffer biases;
  Buffer outputs;
  Buffer states;
  Buffer singles;
  /** Keys and values that had to be widened. */
  Buffer keys;
  Buffer values;
};

/** One way of computing on this processor: the same source, compiled for its instructions. */
struct Path {
  const char* name;
  bool (*isSupported)();
  Outcome (*attend)(const AttendTask&, Scratch&);
  Outcome (*score)(const StageTask&, Scratch&);
  Outcome (*multiply)(const ProductTask&, Scratch&);
  void (*merge)(const MergeTask&);
  bool (*allFinite)(const float* numbers, Index count);
  /** into = exp(from), or 2^from: the exponentials of the softmax, for their test. */
  void (*exponential)(bool ofTwo, const float* from, float* into, Index count);
  /** Fused multiply-adds on registers alone: returns how many operations `rounds` rounds were. For the benchmark. */
  double (*spin)(Index rounds, float* sink);
  /** Reads all numbers and does nothing with them but a sum. For the benchmark. */
  float (*read)(const float* numbers, Index count);
};

}  // namespace spotlight
