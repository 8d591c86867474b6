import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { writeJsonAnswer } from '../../src/codec/answer.ts';
import { shortestText } from './shortest-text.ts';

const textOf = (data: Float32Array | Float64Array): string => {
  const tensor =
    data instanceof Float32Array
      ? ({ dtype: 'float32', shape: [data.length], data } as const)
      : ({ dtype: 'float64', shape: [data.length], data } as const);
  return Buffer.concat(writeJsonAnswer([{ name: 'x', tensor }], {}, 'nested')).toString();
};
/** The text of each number, between the brackets of {"x":[…]}. */
const textsOf = (data: Float32Array | Float64Array): string[] => textOf(data).slice(6, -2).split(',');

/** Compares each text, and says which number failed. */
function expectShortest(numbers: Float32Array): void {
  const texts = textsOf(numbers);
  expect(texts.length).toBe(numbers.length);
  const odd = texts.findIndex((text, i) => text !== shortestText(numbers[i], text));
  if (odd >= 0) expect([numbers[odd], texts[odd]]).toEqual([numbers[odd], shortestText(numbers[odd])]);
}

const numbers = new Float32Array(200_000);
const bits = new Uint32Array(numbers.buffer);

// A million numbers in all.
describe('a float32 in JSON', () => {
  it.each([0, 1, 2])('is the shortest decimal that reads back to it, over 200,000 bit patterns: part %i', (part) => {
    // Weyl's sequence goes over all patterns evenly, in a fixed order.
    for (let i = 0; i < numbers.length; i++) {
      bits[i] = Math.imul(part * numbers.length + i, 0x9e3779b1) + 0x1234567;
      if (!Number.isFinite(numbers[i])) numbers[i] = i + 0.5;
    }
    expectShortest(numbers);
  });

  it.each([0, 1])('is the shortest over 200,000 numbers of the size that answers have: part %i', (part) => {
    for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sin(2 * i + part) * 10 ** ((i % 15) - 9);
    expectShortest(numbers);
  });

  it('is the shortest around every power of ten and of two, and among the numbers below the normal ones', () => {
    let count = 0;
    const around = (x: number) => {
      for (let step = -3; step <= 3; step++) {
        numbers[count] = x;
        bits[count] += step;
        if (numbers[count] > 0 && Number.isFinite(numbers[count])) count++;
      }
    };
    for (let power = -45; power <= 38; power++) around(Number(`1e${power}`));
    for (let power = -149; power <= 127; power++) around(2 ** power);
    for (let pattern = 1; pattern <= 20_000; pattern++) bits[count++] = pattern;
    expectShortest(numbers.subarray(0, count));
  });

  it('is written as String() writes the decimals that people do', () => {
    const texts =
      '1 -1 0.1 0.25 -12.5 1000000 123456.7 0.000001 1e-7 1.5e+30 3.14159 100000000000000000000 1e+21 1.5e-10 99999990'.split(
        ' ',
      );
    expect(textsOf(Float32Array.from(texts, Number))).toEqual(texts);
  });

  it('of two that are equally near is the larger, as toPrecision has it', () => {
    // 2^20 + 1/4 and 2^21 + 1/4 lie in the middle between two decimals of eight digits.
    expect(textsOf(Float32Array.of(1048576.25, -2097152.25))).toEqual(['1048576.3', '-2097152.3']);
  });

  it('is shorter than the nearest decimal of its length where only the next one reads back', () => {
    // 2^-96 = 1.26217744835…e-29: below a power of two numbers are closer, and 1.2621774e-29 belongs to the next one.
    expect(textsOf(Float32Array.of(2 ** -96))).toEqual(['1.2621775e-29']);
    expect(Math.fround(1.2621775e-29)).toBe(2 ** -96);
    expect(Math.fround(1.2621774e-29)).not.toBe(2 ** -96);
  });

  it('keeps the sign of zero and writes infinities as text', () => {
    const special = Float32Array.of(0, -0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(textOf(special)).toBe('{"x":[0,-0,"-Infinity","Infinity"]}');
    expect(textOf(Float64Array.from(special))).toBe('{"x":[0,-0,"-Infinity","Infinity"]}');
  });

  it('is never NaN', () => {
    expect(() => textOf(Float32Array.of(1, Number.NaN))).toThrow('NaN');
    expect(() => textOf(Float64Array.of(1, Number.NaN))).toThrow('NaN');
  });
});

describe('a float64 in JSON', () => {
  test.prop([fc.double({ noDefaultInfinity: true, noNaN: true })])('is what String() gives', (x) => {
    expect(textsOf(Float64Array.of(x))).toEqual([Object.is(x, -0) ? '-0' : String(x)]);
  });
});
