// What one thread of this processor can do at best, measured by the native kernel's own instructions. `undefined` without it.
import { loadNativeFunctions, nativePaths } from '../dist/kernels/native/native.js';

function functionsOrNothing() {
  try {
    return loadNativeFunctions(nativePaths()[0]);
  } catch {
    return undefined;
  }
}

const native = functionsOrNothing();
/** Rounds of a spin: some 0.1 ms, so that many fit a turn and the best of them is undisturbed. */
const SPIN = Float64Array.of(20_000);
const nothing = new Float64Array(1);

/** Multiply-adds on registers alone; a contender like any other. `flops` of one run. */
export function arithmetic() {
  return native && { run: () => native.spin(SPIN), flops: native.spin(SPIN) };
}

/** Reading these arrays once, in order, and adding up what is read; a contender like any other. */
export function reading(arrays) {
  const run = () => {
    for (const array of arrays) native.read(nothing, array);
  };
  return native && { run, bytes: arrays.reduce((bytes, array) => bytes + array.byteLength, 0) };
}
