import { describe, expect, it } from 'vitest';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { selectKernel, selfTest } from '../../src/kernels/select.ts';
import { builtNativePaths } from './available.ts';

const [fastest] = builtNativePaths();

describe('the choice of a kernel', () => {
  it.runIf(fastest)('takes the native kernel where it was built, by its fastest path', () => {
    expect(selectKernel('auto').kernel.name).toBe(`native-${fastest}`);
    expect(selectKernel('native').kernel.name).toBe(`native-${fastest}`);
  });

  it('leaves out what rounds as the processor does where every machine shall give the same bytes', () => {
    expect(selectKernel('auto', false).kernel.name).toBe('wasm');
  });

  it('takes the kernel that is asked for', () => {
    expect(selectKernel('wasm', false).kernel.name).toBe('wasm');
    expect(selectKernel('reference').kernel.name).toBe('reference');
  });

  it('says what became of each candidate', () => {
    const { candidates } = selectKernel('auto');
    expect(candidates.at(-1)?.ok).toBe(true);
    for (const { detail } of candidates) expect(detail).not.toBe('');
  });
});

describe('the self-test', () => {
  it('finds no error in the reference itself beyond float32', () => {
    expect(selfTest(createReferenceKernel())).toBeLessThan(1e-7);
  });

  it('finds a kernel that forgets a key, and one that answers NaN', () => {
    const reference = createReferenceKernel();
    const forgetful = {
      ...reference,
      attend: (...[problem, block, target]: Parameters<typeof reference.attend>) =>
        reference.attend(problem, { ...block, keyEnd: block.keyEnd - 1 }, target),
    };
    expect(selfTest(forgetful)).toBeGreaterThan(1e-3);
    const broken = {
      ...reference,
      attend: (...[problem, block, target]: Parameters<typeof reference.attend>) => {
        reference.attend(problem, block, target);
        target.output.fill(Number.NaN);
      },
    };
    expect(selfTest(broken)).toBe(Number.POSITIVE_INFINITY);
  });
});
