import fc from 'fast-check';
import { expect, it } from 'vitest';
import { problemOf } from '../../src/attention/plain-problem.ts';
import { plainProblem, problems } from './problems.ts';

it('random problems use every option, so that no kernel is left untested with one', () => {
  const used = new Set<string>();
  for (const problem of fc.sample(problems(), { numRuns: 200, seed: 1 })) {
    const given = new Map<string, unknown>(Object.entries(problem));
    for (const [name, plain] of Object.entries(problemOf(problem, problem))) {
      if (JSON.stringify(given.get(name)) !== JSON.stringify(plain)) used.add(name);
    }
  }
  const sizes = { batch: 1, numHeads: 1, numKeyHeads: 1, queryLength: 1, keyLength: 1, headDim: 1, valueDim: 1 };
  const inputs = { precision: 0, query: 0, key: 0, value: 0 };
  const options = Object.keys(plainProblem(sizes)).filter((name) => !(name in { ...sizes, ...inputs }));
  expect([...used].sort()).toEqual(options.sort());
});
