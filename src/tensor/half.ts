import type { Floats } from './tensor.ts';

/** The value of every float16 pattern (IEEE 754 binary16): 256 KiB, made when the first half is read. */
let float16Values: Float32Array | undefined;

function makeFloat16Values(): Float32Array {
  const values = new Float32Array(65_536);
  for (let pattern = 0; pattern < 65_536; pattern++) {
    const exponent = (pattern >> 10) & 31;
    const fraction = pattern & 1023;
    const sign = pattern & 0x8000 ? -1 : 1;
    if (exponent === 0) values[pattern] = sign * fraction * 2 ** -24;
    else if (exponent < 31) values[pattern] = sign * (1024 + fraction) * 2 ** (exponent - 25);
    else values[pattern] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return values;
}

/** float16 patterns → numbers; exact, since every half is a float32. */
export function widenFloat16(patterns: Uint16Array, into: Floats): void {
  float16Values ??= makeFloat16Values();
  const values = float16Values;
  for (let i = 0; i < patterns.length; i++) into[i] = values[patterns[i]];
}

/** bfloat16 patterns → numbers; exact, since a bfloat16 is the upper half of a float32. */
export function widenBfloat16(patterns: Uint16Array, into: Floats): void {
  if (into instanceof Float32Array) {
    const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
    for (let i = 0; i < patterns.length; i++) bits[i] = patterns[i] << 16;
    return;
  }
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  for (let i = 0; i < patterns.length; i++) {
    bits[0] = patterns[i] << 16;
    into[i] = value[0];
  }
}
