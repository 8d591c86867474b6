// The Node-API module: paths() names the paths that this processor can run, createKernel(path) makes a kernel of one.
#include <cstring>
#include <new>

#include "arguments.h"
#include "path-includes.h"

namespace spotlight {
namespace {

/** Fastest first. */
const Path* const paths[] = {
#if defined(SPOTLIGHT_ONLY_PATH)
    // See build.mjs.
    &SPOTLIGHT_ONLY_PATH,
#else
#if defined(__x86_64__)
    &pathAvx512,
    &pathAvx2,
#elif defined(__aarch64__)
    &pathNeon,
#endif
    &pathPortable,
#endif
};

/** A kernel belongs to one thread. Each of its functions holds it, and the last one that is collected deletes it. */
struct Kernel {
  const Path* path;
  Scratch scratch;
  int holders = 0;
};


/** `undefined` after a fault, which is thrown; else whether all numbers stayed within float32. */
napi_value answer(const Arguments& arguments, Outcome outcome) {
  if (arguments.failed()) {
    arguments.throwFault();
    return nullptr;
  }
  if (outcome == Outcome::outOfMemory) {
    napi_throw_error(arguments.env, "ERR_MEMORY_ALLOCATION_FAILED", "no memory for the kernel's tiles");
    return nullptr;
  }
  napi_value within = nullptr;
  napi_get_boolean(arguments.env, outcome == Outcome::done, &within);
  return within;
}

/** The numbers and arrays that all of attention reads; they stand in the same places of each task. */
template <typename Place>
ScoreTask readScoreTask(Arguments& arguments) {
  ScoreTask task = {};
  task.rows = arguments.count(Place::rows, 1);
  task.keys = arguments.count(Place::keys, 1);
  task.headDim = arguments.count(Place::headDim, 1);
  task.query = arguments.input(Place::queryStart, task.rows, task.headDim);
  task.key = arguments.input(Place::keyStart, task.keys, task.headDim);
  task.scale = arguments.number(Place::scale);
  task.softcap = arguments.number(Place::softcap);
  task.hasAlibi = arguments.number(Place::hasAlibi) != 0;
  task.slope = arguments.number(Place::slope);
  task.position = arguments.number(Place::position);
  task.left = arguments.number(Place::left);
  task.right = arguments.number(Place::right);
  task.visibleRows = arguments.count(Place::visibleRows, 0);
  task.visibleKeys = arguments.count(Place::visibleKeys, 0);
  return task;
}

/** All arrays that are left are masks; their numbers stand from `first` on. */
void readMasks(Arguments& arguments, int first, ScoreTask& task) {
  while (arguments.isArrayLeft() && !arguments.failed() && task.maskCount < mostMasks) {
    task.masks[task.maskCount] = arguments.mask(first + maskNumbers * task.maskCount, task.rows, task.keys);
    task.maskCount++;
  }
}

napi_value attend(napi_env env, napi_callback_info info) {
  using Place = AttendPlace;
  Arguments arguments(env, info);
  AttendTask task = {};
  task.scores = readScoreTask<Place>(arguments);
  const Index rows = task.scores.rows;
  task.valueDim = arguments.count(Place::valueDim, 1);
  task.value = arguments.input(Place::valueStart, task.scores.keys, task.valueDim);
  const Index outputStart = arguments.place(Place::outputStart);
  task.outputStride = arguments.place(Place::outputStride);
  task.output = arguments.rows(arguments.floats(), outputStart, task.outputStride, rows, task.valueDim);
  const Index rowOffset = arguments.place(Place::rowOffset);
  task.max = arguments.rows(arguments.doubles(), rowOffset, 1, rows, 1);
  task.sum = arguments.rows(arguments.doubles(), rowOffset, 1, rows, 1);
  readMasks(arguments, Place::masks, task.scores);
  Kernel* kernel = static_cast<Kernel*>(arguments.owner);
  return answer(arguments, arguments.failed() ? Outcome::done : kernel->path->attend(task, kernel->scratch));
}

napi_value score(napi_env env, napi_callback_info info) {
  using Place = ScorePlace;
  Arguments arguments(env, info);
  StageTask task = {};
  task.scores = readScoreTask<Place>(arguments);
  const Index rows = task.scores.rows;
  task.stage = static_cast<Stage>(arguments.count(Place::stage, 0));
  if (task.stage > Stage::weights) task.stage = Stage::weights;
  const Index start = arguments.place(Place::intoStart);
  task.intoStride = arguments.place(Place::intoStride);
  task.into = arguments.rows(arguments.floats(), start, task.intoStride, rows, task.scores.keys);
  if (task.stage == Stage::weights) {
    const Index rowOffset = arguments.place(Place::rowOffset);
    task.max = arguments.rows(arguments.doubles(), rowOffset, 1, rows, 1);
    task.sum = arguments.rows(arguments.doubles(), rowOffset, 1, rows, 1);
  }
  readMasks(arguments, Place::masks, task.scores);
  Kernel* kernel = static_cast<Kernel*>(arguments.owner);
  return answer(arguments, arguments.failed() ? Outcome::done : kernel->path->score(task, kernel->scratch));
}

napi_value multiply(napi_env env, napi_callback_info info) {
  using Place = MultiplyPlace;
  Arguments arguments(env, info);
  ProductTask task = {};
  task.rows = arguments.count(Place::rows, 1);
  task.columns = arguments.count(Place::columns, 1);
  task.depth = arguments.count(Place::depth, 1);
  const Index leftStart = arguments.place(Place::leftStart), leftStride = arguments.place(Place::leftStride);
  task.left = {arguments.rows(arguments.floats(), leftStart, leftStride, task.rows, task.depth), leftStride};
  const Index rightStart = arguments.place(Place::rightStart), rightStride = arguments.place(Place::rightStride);
  task.right = {arguments.rows(arguments.floats(), rightStart, rightStride, task.columns, task.depth), rightStride};
  const Index start = arguments.place(Place::intoStart);
  task.intoStride = arguments.place(Place::intoStride);
  task.into = arguments.rows(arguments.floats(), start, task.intoStride, task.rows, task.columns);
  if (arguments.isArrayLeft()) {
    task.bias = arguments.rows(arguments.floats(), arguments.place(Place::biasStart), 0, 1, task.columns);
  }
  Kernel* kernel = static_cast<Kernel*>(arguments.owner);
  return answer(arguments, arguments.failed() ? Outcome::done : kernel->path->multiply(task, kernel->scratch));
}

napi_value merge(napi_env env, napi_callback_info info) {
  using Place = MergePlace;
  Arguments arguments(env, info);
  MergeTask task = {};
  task.rows = arguments.count(Place::rows, 1);
  task.valueDim = arguments.count(Place::valueDim, 1);
  const Index wholeStart = arguments.place(Place::wholeStart);
  task.wholeStride = arguments.place(Place::wholeStride);
  task.whole = arguments.rows(arguments.floats(), wholeStart, task.wholeStride, task.rows, task.valueDim);
  const Index wholeOffset = arguments.place(Place::wholeOffset);
  task.wholeMax = arguments.rows(arguments.doubles(), wholeOffset, 1, task.rows, 1);
  task.wholeSum = arguments.rows(arguments.doubles(), wholeOffset, 1, task.rows, 1);
  const Index partStart = arguments.place(Place::partStart);
  task.partStride = arguments.place(Place::partStride);
  task.part = arguments.rows(arguments.floats(), partStart, task.partStride, task.rows, task.valueDim);
  const Index partOffset = arguments.place(Place::partOffset);
  task.partMax = arguments.rows(arguments.doubles(), partOffset, 1, task.rows, 1);
  task.partSum = arguments.rows(arguments.doubles(), partOffset, 1, task.rows, 1);
  if (!arguments.failed()) static_cast<Kernel*>(arguments.owner)->path->merge(task);
  return answer(arguments, Outcome::done);
}

/** What `make` gives for the numbers of the only array. */
template <typename Make>
napi_value ofNumbers(napi_env env, napi_callback_info info, Make make) {
  Arguments arguments(env, info);
  const Span<float> span = arguments.floats();
  if (arguments.failed()) return answer(arguments, Outcome::done);
  napi_value value = nullptr;
  make(*static_cast<Kernel*>(arguments.owner)->path, span, &value);
  return value;
}

/** finite(numbers, array): whether no number of the array is NaN or infinite. */
napi_value finite(napi_env env, napi_callback_info info) {
  return ofNumbers(env, info, [env](const Path& path, Span<float> span, napi_value* value) {
    napi_get_boolean(env, path.allFinite(span.data, span.length), value);
  });
}

/** exponential([ofTwo], from, into): into = exp(from), or 2^from. */
napi_value exponential(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  const bool ofTwo = arguments.number(0) != 0;
  const Span<float> from = arguments.floats(), into = arguments.floats();
  float* const target = arguments.rows(into, 0, 0, 1, from.length);
  if (!arguments.failed()) static_cast<Kernel*>(arguments.owner)->path->exponential(ofTwo, from.data, target, from.length);
  return answer(arguments, Outcome::done);
}

/** spin([rounds]) returns how many floating-point operations it did. */
napi_value spin(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  const Index rounds = arguments.count(0, 1);
  if (arguments.failed()) return answer(arguments, Outcome::done);
  float sink;
  napi_value operations = nullptr;
  napi_create_double(env, static_cast<Kernel*>(arguments.owner)->path->spin(rounds, &sink), &operations);
  return operations;
}

/** read(numbers, array) reads an array once. */
napi_value read(napi_env env, napi_callback_info info) {
  return ofNumbers(env, info, [env](const Path& path, Span<float> span, napi_value* value) {
    napi_create_double(env, path.read(span.data, span.length), value);
  });
}

void letGo(napi_env, void* data, void*) {
  Kernel* kernel = static_cast<Kernel*>(data);
  if (--kernel->holders == 0) delete kernel;
}

struct Method {
  const char* name;
  napi_callback call;
};
const Method methods[] = {{"attend", attend}, {"score", score},   {"multiply", multiply},
                          {"merge", merge},   {"finite", finite}, {"exponential", exponential},
                          {"spin", spin},     {"read", read}};

/** createKernel(path) → an object of functions. */
napi_value createKernel(napi_env env, napi_callback_info info) {
  std::size_t count = 1;
  napi_value given = nullptr;
  char name[32] = "";
  if (napi_get_cb_info(env, info, &count, &given, nullptr, nullptr) == napi_ok && count == 1) {
    napi_get_value_string_utf8(env, given, name, sizeof name, nullptr);
  }
  const Path* found = nullptr;
  for (const Path* path : paths) {
    if (std::strcmp(path->name, name) == 0 && path->isSupported()) found = path;
  }
  Kernel* kernel = found == nullptr ? nullptr : new (std::nothrow) Kernel;
  if (kernel == nullptr) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "this processor has no such path");
    return nullptr;
  }
  kernel->path = found;
  napi_value functions = nullptr;
  napi_create_object(env, &functions);
  for (const Method& method : methods) {
    napi_value function = nullptr;
    kernel->holders++;
    if (napi_create_function(env, method.name, NAPI_AUTO_LENGTH, method.call, kernel, &function) != napi_ok ||
        napi_add_finalizer(env, function, kernel, letGo, nullptr, nullptr) != napi_ok ||
        napi_set_named_property(env, functions, method.name, function) != napi_ok) {
      napi_throw_error(env, nullptr, "the kernel cannot be made");
      return nullptr;
    }
  }
  return functions;
}

/** paths() → the names of what this processor can run, fastest first. */
napi_value supportedPaths(napi_env env, napi_callback_info) {
  napi_value names = nullptr;
  napi_create_array(env, &names);
  std::uint32_t count = 0;
  for (const Path* path : paths) {
    if (!path->isSupported()) continue;
    napi_value name = nullptr;
    napi_create_string_utf8(env, path->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, count++, name);
  }
  return names;
}

}  // namespace
}  // namespace spotlight

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  napi_create_function(env, "paths", NAPI_AUTO_LENGTH, spotlight::supportedPaths, nullptr, &function);
  napi_set_named_property(env, exports, "paths", function);
  napi_create_function(env, "createKernel", NAPI_AUTO_LENGTH, spotlight::createKernel, nullptr, &function);
  napi_set_named_property(env, exports, "createKernel", function);
  return exports;
}
