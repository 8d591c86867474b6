import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attendShards, attentionGrid, type Grid, rowChain } from '../../src/attention/plan.ts';
import { visibleKeys } from '../../src/attention/positions.ts';
import { plainProblem, problems } from './problems.ts';

const sized = (queryLength: number, keyLength: number, numHeads = 1) =>
  plainProblem({ batch: 1, numHeads, numKeyHeads: numHeads, queryLength, keyLength, headDim: 64, valueDim: 64 });

describe('the plan', () => {
  property.prop(
    [
      problems(),
      fc.record({
        rows: fc.integer({ min: 1, max: 300 }),
        keys: fc.constantFrom(256, 512),
        splits: fc.integer({ min: 1, max: 3 }),
      }),
    ],
    { numRuns: 60 },
  )('covers every visible key of every row exactly once', (problem, grid: Grid) => {
    const { batch, numHeads, queryLength, keyLength } = problem;
    const covered = new Uint8Array(batch * numHeads * queryLength * keyLength);
    const chains = batch * numHeads * Math.ceil(queryLength / grid.rows) * grid.splits;
    for (let chain = 0; chain < chains; chain++) {
      for (const shard of attendShards(problem, grid, rowChain(problem, grid, chain))) {
        for (let row = shard.rowStart; row < shard.rowEnd; row++) {
          const start = ((shard.batch * numHeads + shard.head) * queryLength + row) * keyLength;
          for (let j = shard.keyStart; j < shard.keyEnd; j++) covered[start + j]++;
        }
      }
    }
    for (let b = 0; b < batch; b++) {
      for (let h = 0; h < numHeads; h++) {
        for (let row = 0; row < queryLength; row++) {
          const { start, end } = visibleKeys(problem, b, row);
          const at = ((b * numHeads + h) * queryLength + row) * keyLength;
          for (let j = start; j < end; j++)
            if (covered[at + j] !== 1) expect.fail(`key ${j} of row ${row} is covered ${covered[at + j]} times`);
        }
      }
    }
  });

  it('skips what a causal mask hides: about half of the work for long sequences', () => {
    const problem = sized(4096, 4096);
    const pairs = (p: typeof problem) => {
      const grid = attentionGrid(p);
      let total = 0;
      const chains = Math.ceil(p.queryLength / grid.rows);
      for (let chain = 0; chain < chains; chain++) {
        for (const s of attendShards(p, grid, rowChain(p, grid, chain)))
          total += (s.rowEnd - s.rowStart) * (s.keyEnd - s.keyStart);
      }
      return total;
    };
    expect(pairs({ ...problem, causal: true }) / pairs(problem)).toBeLessThan(0.53);
  });

  it('splits the keys of a single long row, so that decoding can use several cores', () => {
    expect(attentionGrid(sized(1, 65_536)).splits).toBeGreaterThan(1);
    expect(attentionGrid(sized(1, 512)).splits).toBe(1);
    expect(attentionGrid(sized(4096, 65_536)).splits).toBe(1);
  });
});
