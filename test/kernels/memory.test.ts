// Random problems without an oracle, for what only the sanitizers see: sanitize.mjs runs many of them.
import { test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { loadNativeKernel } from '../../src/kernels/native/native.ts';
import { halvedProblems } from '../attention/halves.ts';
import { everything, solve } from '../attention/solve.ts';
import { addonFile, builtNativePaths } from './available.ts';

const paths = builtNativePaths();
/** Together, over all paths. */
const numRuns = Math.ceil(Number(process.env.RANDOM_PROBLEMS ?? 300) / Math.max(1, paths.length));
/** Statistics are computed in JavaScript, at length. */
const wanted = { ...everything, stats: false };

describe.each(paths)('the %s path of the native kernel', (path) => {
  const kernel = loadNativeKernel(path, addonFile);

  property.prop([halvedProblems()], { numRuns })(
    'answers any problem with numbers',
    ({ narrow }) => {
      const { output, weights = [], scores = [] } = solve(narrow, kernel, { wanted });
      for (const numbers of [output.data, weights, scores]) {
        for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) expect.fail(`${numbers[i]} at ${i}`);
      }
    },
    600_000,
  );
});
