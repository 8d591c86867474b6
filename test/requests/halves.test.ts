import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { ShardRunner } from '../../src/kernels/run.ts';
import { writeAnswer } from '../../src/requests/answer.ts';
import { openRequest } from '../../src/requests/open.ts';
import { RequestRunner } from '../../src/requests/request-runner.ts';
import { widenHalves } from '../../src/tensor/half.ts';
import type { HalfDtype } from '../../src/tensor/tensor.ts';
import { patternOf } from '../attention/halves.ts';
import { randomNumbers } from '../attention/problems.ts';
import { plainMemory } from '../attention/solve.ts';
import { availableKernels } from '../kernels/available.ts';
import { runStages } from '../kernels/run-stages.ts';
import { table } from './asking.ts';

type Shapes = Record<string, number[]>;
type Dtype = 'F32' | 'F16' | 'BF16';
const HALVES = { F16: 'float16', BF16: 'bfloat16' } as const;
const shapes: Shapes = { query: [2, 5, 8], key: [1, 70, 8], value: [1, 70, 6] };

/**
 * A safetensors body: random numbers that both formats of 16 bits have, written in `dtype`; `odd` bytes push the data off
 * alignment.
 */
function bodyOf(dtype: Dtype, metadata: Record<string, string>, given: Shapes = shapes, odd = 0): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [index, [name, shape]] of Object.entries(given).entries()) {
    const numbers = randomNumbers(
      index + 1,
      shape.reduce((a, b) => a * b),
    );
    const data = dtype === 'F32' ? numbers.map(common) : patternsOf(numbers.map(common), HALVES[dtype]);
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
    parts.push(new Uint8Array(data.buffer));
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc(((8 - (text.length % 8)) % 8) + odd, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Uint8Array.from(Buffer.concat([length, padded, ...parts]));
}

/** Seven bits of fraction and a small exponent: what float16 and bfloat16 have in common. */
function common(x: number): number {
  const into = new Float32Array(1);
  widenHalves('bfloat16', Uint16Array.of(patternOf(x, 'bfloat16')), into);
  return Math.abs(into[0]) < 2 ** -14 ? 0 : into[0];
}

const patternsOf = (numbers: Float32Array, dtype: HalfDtype) => Uint16Array.from(numbers, (x) => patternOf(x, dtype));

const context = (kernel: Kernel) => ({
  ...{ maxElements: 1e6, maxBodyBytes: 2 ** 26, maxOutputBytes: 1e7 },
  ...{ kernel, memory: plainMemory, vectors: table },
});

const jobOf = (body: Uint8Array, kind: 'attention' | 'multi-head' = 'attention') => ({
  kind,
  body,
  contentType: 'application/vnd.safetensors',
  accept: undefined,
});

function opened(body: Uint8Array, kernel: Kernel, kind?: 'multi-head') {
  const { stages, answer } = openRequest(jobOf(body, kind), context(kernel));
  if (answer.kind !== 'tensors') throw new Error('not an answer of tensors');
  return { stages, answer };
}

function answered(body: Uint8Array, kernel: Kernel, kind?: 'multi-head'): Buffer {
  const { stages, answer } = opened(body, kernel, kind);
  runStages(stages, new ShardRunner(kernel, createReferenceKernel()));
  return Buffer.concat(writeAnswer(answer, 'copied').pieces);
}

const withPast = { ...shapes, past_key: [1, 3, 8], past_value: [1, 3, 6] };
const multiHead = { query: [4, 8], key: [6, 8], value: [6, 8], in_proj_weight: [24, 8], out_proj_weight: [8, 8] };

describe.each(availableKernels())('a request of halves on the $name kernel', (kernel) => {
  it.each<[string, Record<string, string>, Shapes]>([
    ['plain', {}, shapes],
    ['causal and windowed', { is_causal: 'true', query_offset: '40', window: '{"left":20,"right":0}' }, shapes],
    ['with a mask', {}, { ...shapes, attn_mask: [5, 70] }],
    ['with all that explains it', { outputs: '["weights","scores","masked_scores","stats","lse"]' }, shapes],
    ['with its keys and values back', { outputs: '["present"]' }, shapes],
    ['behind a past', { is_causal: 'true' }, withPast],
    ['turned by positions', { rotary: '{"base":10000,"dim":4}' }, shapes],
    ['in float64', { precision: 'float64' }, shapes],
    ['of a single query', { outputs: '["lse"]' }, { query: [8], key: [70, 8], value: [70, 6] }],
  ])('is answered as the same numbers in float32: %s', (_, metadata, given) => {
    const want = answered(bodyOf('F32', metadata, given), kernel);
    for (const dtype of ['F16', 'BF16'] as const) {
      for (const odd of [0, 1]) {
        expect(answered(bodyOf(dtype, metadata, given, odd), kernel).equals(want), `${dtype} ${odd}`).toBe(true);
      }
    }
  });

  it('is projected as the same numbers in float32', () => {
    const want = answered(bodyOf('F32', { num_heads: '2' }, multiHead), kernel, 'multi-head');
    for (const dtype of ['F16', 'BF16'] as const) {
      expect(answered(bodyOf(dtype, { num_heads: '2' }, multiHead), kernel, 'multi-head').equals(want)).toBe(true);
    }
  });
});

describe('opening a request of halves', () => {
  const kernel = createReferenceKernel();
  const readsHalves = { ...kernel, readsHalves: true };
  const dtypesOf = (metadata: Record<string, string>, reader: Kernel, given = shapes) => {
    const { query, key, value } = opened(bodyOf('F16', metadata, given), reader).answer.problem;
    return [query, key, value].map((view) => view.data.constructor.name);
  };

  it('leaves them in the body where the kernel reads them', () => {
    const body = bodyOf('F16', {});
    const { query, key, value } = opened(body, readsHalves).answer.problem;
    for (const view of [query, key, value]) {
      expect(view.data).toBeInstanceOf(Uint16Array);
      expect(view.data.buffer).toBe(body.buffer);
    }
  });

  it.each<[string, Record<string, string>, Shapes]>([
    ['past keys are joined', {}, withPast],
    ['rotary turns them', { rotary: '{"base":10000,"dim":4}' }, shapes],
    ['keys and values go back', { outputs: '["present"]' }, shapes],
  ])('widens them at once where %s', (_, metadata, given) => {
    expect(dtypesOf(metadata, readsHalves, given)).toEqual(['Float32Array', 'Float32Array', 'Float32Array']);
  });

  it('widens them at once for a kernel that does not read them', () => {
    expect(dtypesOf({}, { ...kernel, readsHalves: false })).toEqual(['Float32Array', 'Float32Array', 'Float32Array']);
  });

  it('widens them at once for viewers, who see their numbers', () => {
    const limits = { maxElements: 1e6, maxBodyBytes: 2 ** 26, maxOutputBytes: 1e7 };
    const runner = new RequestRunner({ kernel: readsHalves, limits, vectors: table });
    const settings = {
      detail: 'whole' as const,
      tileRows: undefined,
      tileKeys: undefined,
      maxSteps: 100,
      maxStepNumbers: 1e6,
    };
    const request = jobOf(bodyOf('F16', {}));
    const { subjects } = runner.openRun({ request, settings, offered: [] });
    const numbers = bodyOf('F32', {});
    const wide = opened(numbers, readsHalves).answer.problem;
    expect(Array.from(subjects[0].problem.key.data)).toEqual(Array.from(wide.key.data));
  });
});
