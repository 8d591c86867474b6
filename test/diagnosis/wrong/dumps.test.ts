import { describe, expect, it } from 'vitest';
import { dumps, nestedRequest } from '../outside/dumps.ts';
import { attend } from './attend.ts';
import type { AttentionFields } from './fields.ts';
import type { Habits } from './habits.ts';
import { type Heads, relativeDifference } from './nested.ts';

/** What was done in the dumps, as their `why` says it. */
const HABITS: Record<string, Habits> = {
  '01': { scale: 'missing' },
  '02': { powersOfTwo: true },
  '03': { causal: 'lower_right' },
  '04': { causalShift: -1 },
  '05': { mask: 'inverted' },
  '06': { padding: 'missing' },
  '07': { window: { left: 5, right: 0 } },
  '08': { alibiSlopes: [0.00390625, 0.015625, 0.0625, 0.25] },
  '09': { rotaryInterleaved: true },
  '10': { rotaryOnly: 'query' },
  '11': { rotaryRestarts: true },
  '12': { headsTiled: true },
  '13': { outputLayout: 'heads_last_as_heads_first' },
  '14': { softmaxOverQueries: true },
  '15': { oneMore: 'of_scores' },
  '16': { wholeTilesOf: 64 },
  '17': { rotaryInterleaved: true, scale: 'missing' },
};
const FLOAT32_ROUNDING = 1e-6;

describe('wrong attention, against dumps that were made elsewhere', () => {
  it.each(dumps.filter(({ cause }) => cause !== null))('gives the output of $name: $why', ({ name, request }) => {
    const { expected_output, ...fields } = nestedRequest(request) as unknown as AttentionFields & {
      expected_output: Heads;
    };
    expect(HABITS[name]).toBeDefined();
    expect(relativeDifference(attend(fields, HABITS[name]).output, expected_output)).toBeLessThan(FLOAT32_ROUNDING);
    expect(relativeDifference(attend(fields).output, expected_output)).toBeGreaterThan(1e-3);
  });

  it('without a habit gives the one that is right', () => {
    const right = dumps.find(({ name }) => name === '19');
    const { expected_output, ...fields } = nestedRequest(right?.request ?? {}) as unknown as AttentionFields & {
      expected_output: Heads;
    };
    expect(relativeDifference(attend(fields).output, expected_output)).toBeLessThan(FLOAT32_ROUNDING);
  });
});
