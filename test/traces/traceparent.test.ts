import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readTraceparent, writeTraceparent } from '../../src/traces/traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((digits) => !/^0+$/.test(digits));

/** The examples of https://www.w3.org/TR/trace-context/#examples-of-http-traceparent-headers and of section 3.2. */
describe('traceparent', () => {
  it.each([
    ['that is recorded', `00-${traceId}-${spanId}-01`, true],
    ['that is not recorded', `00-${traceId}-${spanId}-00`, false],
    ['with flags of the future', `00-${traceId}-${spanId}-ff`, true],
    ['of a later version', `cc-${traceId}-${spanId}-01`, true],
    ['of a later version that says more', `cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, true],
  ])('%s is read', (_name, text, isSampled) => {
    expect(readTraceparent(text)).toEqual({ traceId, spanId, isSampled });
  });

  it.each([
    ['of the version that is none', `ff-${traceId}-${spanId}-01`],
    ['without a trace', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['without a span', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['in capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['that says more', `00-${traceId}-${spanId}-01-more`],
    ['of a later version with a longer flag', `cc-${traceId}-${spanId}-01x`],
    ['that is cut', `00-${traceId}-${spanId}-0`],
    ['given twice', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
    ['that is empty', ''],
  ])('%s is ignored', (_name, text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });

  test.prop([hex(32), hex(16), fc.boolean()])('is read as it is written', (traceId, spanId, isSampled) => {
    const said = { traceId, spanId, isSampled };
    expect(readTraceparent(writeTraceparent(said))).toEqual(said);
  });

  test.prop([fc.string({ maxLength: 80 })])('that is anything else throws nothing', (text) => {
    expect(() => readTraceparent(text)).not.toThrow();
  });
});
