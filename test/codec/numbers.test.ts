import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MAX_NUMBER_BYTES, writeFloat32, writeFloat64 } from '../../src/codec/numbers.ts';

const bytes = Buffer.alloc(MAX_NUMBER_BYTES);
const text32 = (x: number) => bytes.toString('latin1', 0, writeFloat32(x, bytes, 0));
const text64 = (x: number) => bytes.toString('latin1', 0, writeFloat64(x, bytes, 0));

/** The independent method: the fewest significant digits that read back. */
function fewestDigits(x: number): string {
  for (let precision = 1; ; precision++) {
    const text = x.toPrecision(precision);
    if (Math.fround(Number(text)) === x) return String(Number(text));
  }
}

/** Bit patterns in a fixed order (Weyl's sequence), each a float32. */
function* floats(count: number): Generator<number> {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  for (let i = 0; i < count; i++) {
    bits[0] = Math.imul(i, 0x9e3779b1) + 0x1234567;
    if (Number.isFinite(float[0])) yield float[0];
  }
}

describe('a float32 in JSON', () => {
  it('is the shortest decimal that reads back to it, over 300,000 bit patterns', () => {
    for (const x of floats(300_000)) {
      const text = text32(x);
      if (Math.fround(Number(text)) !== x || text !== fewestDigits(x)) expect([x, text]).toEqual([x, fewestDigits(x)]);
    }
  });

  it('is short for numbers that people write', () => {
    const numbers = [
      '0',
      '1',
      '-1',
      '0.1',
      '0.25',
      '-12.5',
      '1000000',
      '123456.7',
      '0.000001',
      '1e-7',
      '1.5e+30',
      '3.14159',
    ];
    expect(numbers.map((text) => text32(Math.fround(Number(text))))).toEqual(numbers);
  });

  it('is right around every power of ten and of two', () => {
    const float = new Float32Array(1);
    const bits = new Uint32Array(float.buffer);
    const powers = [
      ...Array.from({ length: 84 }, (_, i) => Number(`1e${i - 45}`)),
      ...Array.from({ length: 277 }, (_, i) => 2 ** (i - 149)),
    ];
    for (const power of powers) {
      for (let step = -3; step <= 3; step++) {
        float[0] = power;
        bits[0] += step;
        const x = float[0];
        if (x > 0 && Number.isFinite(x)) expect(text32(x)).toBe(fewestDigits(x));
      }
    }
  });

  it('keeps the sign of zero and writes infinities as text', () => {
    expect([0, -0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map(text32)).toEqual([
      '0',
      '-0',
      '"-Infinity"',
      '"Infinity"',
    ]);
  });

  it('is never NaN', () => {
    expect(() => text32(Number.NaN)).toThrow('NaN');
    expect(() => text64(Number.NaN)).toThrow('NaN');
  });
});

describe('a float64 in JSON', () => {
  test.prop([fc.double({ noDefaultInfinity: true, noNaN: true })])('reads back to itself', (x) => {
    expect(JSON.parse(text64(x))).toBe(x);
  });
});
