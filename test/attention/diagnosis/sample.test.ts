import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { chooseRows } from '../../../src/attention/diagnosis/sample.ts';
import { plainProblem } from '../problems.ts';
import { diagnosisOf, dumpOf } from './dumped.ts';

const sizes = { numKeyHeads: 1, numHeads: 1, batch: 1, keyLength: 1, headDim: 1, valueDim: 1 };

describe('the rows that are sampled', () => {
  test.prop([
    fc.array(fc.double({ min: 0, noNaN: true }), { minLength: 1, maxLength: 200 }),
    fc.integer({ min: 1, max: 40 }),
  ])('are there, each once, the one that is farthest off first', (errors, count) => {
    const diagnosis = diagnosisOf(
      dumpOf(plainProblem({ ...sizes, queryLength: errors.length }), new Float64Array(errors.length)),
    );
    diagnosis.rowErrors.set(errors);
    const into = new Float64Array(count);
    chooseRows(diagnosis, into);
    const chosen = [...into].filter((row) => row >= 0);
    expect(chosen).toHaveLength(Math.min(count, errors.length));
    expect(new Set(chosen).size).toBe(chosen.length);
    expect(chosen.every((row) => row < errors.length)).toBe(true);
    if (chosen.length > 1) expect(errors[chosen[0]]).toBe(Math.max(...errors));
  });
});
