import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Kernel } from '../../src/kernels/kernel.ts';
import type { SpreadNote } from '../../src/requests/spread-note.ts';
import { availableKernels } from '../kernels/available.ts';
import { bodyOf, type Requested, type RequestSizes, requests } from './requests.ts';
import { asked, computed, spreadAnswer } from './spreading.ts';

const note: SpreadNote = { parts: 3, by: 'rows', replicas: 3, bytesMoved: 12, why: 'of a test' };
/** With small chains small problems have many. */
const shardCosts = fc.constantFrom(40_000, 300_000, 12_000_000);

const MANY_ROWS: RequestSizes = { queryLength: [1, 260], keyLength: [1, 500], mostHeads: 3 };
const FEW_ROWS: RequestSizes = { queryLength: [1, 16], keyLength: [2048, 5000], mostHeads: 2 };

/** Fails unless the parts of a request make the very answer that one machine gives. */
function expectSame(request: Requested, kernel: Kernel): void {
  const body = bodyOf(request);
  const spread = spreadAnswer(body, { kernel, wanted: request.wanted, note });
  fc.pre(!('why' in spread));
  if ('why' in spread) return;
  const whole = computed(asked(body, note), kernel);
  expect(Buffer.compare(spread.answer, whole)).toBe(0);
}

for (const kernel of availableKernels()) {
  describe(`parts computed by ${kernel.name}`, () => {
    test.prop([requests(MANY_ROWS), shardCosts])('of many rows make the bytes of the whole', (request, shardCost) => {
      expectSame(request, { ...kernel, shardCost });
    });

    test.prop([requests(FEW_ROWS), shardCosts])('of many keys make the bytes of the whole', (request, shardCost) => {
      expectSame(request, { ...kernel, shardCost });
    });
  });
}
