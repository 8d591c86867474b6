// Written by the build from layout.ts; not to be changed by hand.
#pragma once

namespace spotlight {

/** The stages of a score matrix, in the order in which they are computed. */
enum class Stage { scores, softcapped, masked_scores, weights };

/** What queries, keys and values may be. */
enum class Format { float32, float16, bfloat16 };

constexpr int maskNumbers = 3;

/** Where the numbers of `attend` stand. */
struct AttendPlace {
  static constexpr int rows = 0;
  static constexpr int keys = 1;
  static constexpr int headDim = 2;
  static constexpr int queryStart = 3;
  static constexpr int queryStride = 4;
  static constexpr int queryFormat = 5;
  static constexpr int keyStart = 6;
  static constexpr int keyStride = 7;
  static constexpr int keyFormat = 8;
  static constexpr int scale = 9;
  static constexpr int softcap = 10;
  static constexpr int hasAlibi = 11;
  static constexpr int slope = 12;
  static constexpr int position = 13;
  static constexpr int left = 14;
  static constexpr int right = 15;
  static constexpr int visibleRows = 16;
  static constexpr int visibleKeys = 17;
  static constexpr int valueDim = 18;
  static constexpr int valueStart = 19;
  static constexpr int valueStride = 20;
  static constexpr int valueFormat = 21;
  static constexpr int outputStart = 22;
  static constexpr int outputStride = 23;
  static constexpr int rowOffset = 24;
  static constexpr int masks = 25;
};

/** Where the numbers of `score` stand. */
struct ScorePlace {
  static constexpr int rows = 0;
  static constexpr int keys = 1;
  static constexpr int headDim = 2;
  static constexpr int queryStart = 3;
  static constexpr int queryStride = 4;
  static constexpr int queryFormat = 5;
  static constexpr int keyStart = 6;
  static constexpr int keyStride = 7;
  static constexpr int keyFormat = 8;
  static constexpr int scale = 9;
  static constexpr int softcap = 10;
  static constexpr int hasAlibi = 11;
  static constexpr int slope = 12;
  static constexpr int position = 13;
  static constexpr int left = 14;
  static constexpr int right = 15;
  static constexpr int visibleRows = 16;
  static constexpr int visibleKeys = 17;
  static constexpr int stage = 18;
  static constexpr int intoStart = 19;
  static constexpr int intoStride = 20;
  static constexpr int rowOffset = 21;
  static constexpr int masks = 22;
};

/** Where the numbers of `multiply` stand. */
struct MultiplyPlace {
  static constexpr int rows = 0;
  static constexpr int columns = 1;
  static constexpr int depth = 2;
  static constexpr int leftStart = 3;
  static constexpr int leftStride = 4;
  static constexpr int rightStart = 5;
  static constexpr int rightStride = 6;
  static constexpr int intoStart = 7;
  static constexpr int intoStride = 8;
  static constexpr int biasStart = 9;
};

/** Where the numbers of `merge` stand. */
struct MergePlace {
  static constexpr int rows = 0;
  static constexpr int valueDim = 1;
  static constexpr int wholeStart = 2;
  static constexpr int wholeStride = 3;
  static constexpr int wholeOffset = 4;
  static constexpr int partStart = 5;
  static constexpr int partStride = 6;
  static constexpr int partOffset = 7;
};

}  // namespace spotlight
