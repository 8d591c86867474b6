import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainOptions } from '../../src/attention/plain-options.ts';
import { problems } from './problems.ts';

it('random problems use every option, so that no kernel is left untested with one', () => {
  const used = new Set<string>();
  for (const problem of fc.sample(problems(), { numRuns: 200, seed: 1 })) {
    const given = new Map<string, unknown>(Object.entries(problem));
    for (const [name, plain] of Object.entries(plainOptions(problem))) {
      if (JSON.stringify(given.get(name)) !== JSON.stringify(plain)) used.add(name);
    }
  }
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = fc.sample(problems(), 1)[0];
  const sizes = { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim };
  expect([...used].sort()).toEqual(Object.keys(plainOptions(sizes)).sort());
});
