// The conformance cases with query, key and value rounded to halves: what a kernel makes of these as they are, of the same
// numbers widened beforehand, and what the reference makes of them.
import { describe, expect, it } from 'vitest';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { needsFloats, readProblem } from '../../src/requests/problems/attention-problem.ts';
import { type NamedInputs, widenTensors } from '../../src/requests/problems/named-tensors.ts';
import type { HalfDtype, InputTensor } from '../../src/tensor/tensor.ts';
import { patternOf } from '../attention/halves.ts';
import { plainMemory, solve } from '../attention/solve.ts';
import { availableKernels } from '../kernels/available.ts';
import { attentionCases, type CaseRequest, coreOptions, coreTensor, requestOf } from './cases.ts';

/** Tensors as a body of halves brings them; a mask keeps its format. */
function halves({ tensors }: CaseRequest, dtype: HalfDtype): NamedInputs {
  const named = new Map<string, InputTensor>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const { shape, data } = tensor;
    const isInput = ['query', 'key', 'value'].includes(name);
    const patterns = () => Uint16Array.from(data, (x) => patternOf(Number(x), dtype));
    named.set(name, isInput ? { dtype, shape, data: patterns() } : coreTensor(tensor));
  }
  return named;
}

const cases = attentionCases.filter((testCase) => {
  const { tensors, options } = requestOf(testCase);
  return !needsFloats(new Map(Object.entries(tensors).map(([name, t]) => [name, coreTensor(t)])), coreOptions(options));
});
const kernels = availableKernels().filter(({ readsHalves }) => readsHalves);

describe.each(kernels)('the core on halves, on the $name kernel', (kernel) => {
  it.each(cases)('computes $name to the same bits, and as the reference does', (testCase) => {
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const request = requestOf(testCase);
      const narrow = halves(request, dtype);
      const [own, wide] = [narrow, widenTensors(narrow, plainMemory)].map((tensors) => {
        const setting = { precision: 'float32', memory: plainMemory, isJson: true, maxElements: 2 ** 24 } as const;
        return readProblem(tensors, coreOptions(request.options), setting).problem;
      });
      const got = solve(own, kernel);
      const same = solve(wide, kernel);
      expect(got.output.data).toEqual(same.output.data);
      expect([got.max, got.sum, got.weights]).toEqual([same.max, same.sum, same.weights]);
      expect([got.scores, got.maskedScores]).toEqual([same.scores, same.maskedScores]);
      const want = solve(wide, createReferenceKernel()).output.data;
      const errors = got.output.data.map((x, i) => Math.abs(x - want[i]));
      expect(Math.max(...errors)).toBeLessThan(1e-5);
    }
  });
});
