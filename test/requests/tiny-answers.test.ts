import { describe, expect, it } from 'vitest';
import { NPZ_TYPE } from '../../src/codec/media-type.ts';
import { selectKernel } from '../../src/kernels/select.ts';
import type { JobRequest } from '../../src/requests/request.ts';
import { TinyAnswers } from '../../src/requests/tiny-answers.ts';
import { REQUEST, zip } from '../codec/npz/archive.ts';
import { lesson } from '../lesson.ts';
import { table } from './asking.ts';

const tiny = new TinyAnswers({
  kernel: selectKernel('auto', true).kernel,
  limits: { maxElements: 1 << 25, maxBodyBytes: 2 ** 26, maxOutputBytes: 1 << 28 },
  vectors: table,
  mostBodyBytes: 1024,
  memory: { giveBack() {} },
});

const json = (body: object): JobRequest => ({
  kind: 'attention',
  body: new TextEncoder().encode(JSON.stringify(body)),
  contentType: 'application/json',
  accept: undefined,
});

describe('the tiny lane', () => {
  it('leaves to the threads what a small body asks much for', () => {
    const flat = (heads: number, length: number) => ({
      shape: [1, heads, length, 1],
      dtype: 'float16',
      data: Buffer.alloc(2 * heads * length).toString('base64'),
    });
    // 4 × 16 × 100 scores, twice, at fourteen steps of float64 each.
    const costly = {
      query: flat(4, 16),
      key: flat(1, 100),
      value: flat(1, 100),
      precision: 'float64',
      need_weights: true,
    };
    expect(JSON.stringify(costly).length).toBeLessThanOrEqual(1024);
    expect(tiny.answer(json(costly))).toBeUndefined();
  });

  it('leaves to the threads many heads, many matrices and many statistics, however small the body', () => {
    const zeros = (...shape: number[]) => ({ shape, data: Array(shape.reduce((n, size) => n * size)).fill(0) });
    const rows = (length: number, outputs: string[]) => ({
      query: zeros(length, 1),
      key: zeros(length, 1),
      value: zeros(length, 1),
      outputs,
    });
    const manyHeads = { query: zeros(300, 1, 1), key: zeros(1, 1, 1), value: zeros(1, 1, 1) };
    for (const body of [manyHeads, rows(100, ['stats']), rows(100, ['weights', 'scores']), rows(60, ['weights'])]) {
      expect(JSON.stringify(body).length).toBeLessThanOrEqual(1024);
      expect(tiny.answer(json(body))).toBeUndefined();
    }
    expect(tiny.answer(json(rows(8, ['weights', 'scores', 'masked_scores', 'stats'])))).toBeDefined();
  });

  it('leaves larger bodies to the threads', () => {
    const { body, ...headers } = json(lesson);
    const padded = (bytes: number) => new TextEncoder().encode(new TextDecoder().decode(body).padEnd(bytes));
    expect(tiny.answer({ ...headers, body: padded(1024) })).toBeDefined();
    expect(tiny.answer({ ...headers, body: padded(1025) })).toBeUndefined();
  });

  it('leaves archives of NumPy to the threads, as they may be compressed', () => {
    const body = zip(REQUEST);
    expect(body.length).toBeLessThanOrEqual(1024);
    expect(tiny.answer({ kind: 'attention', body, contentType: NPZ_TYPE, accept: undefined })).toBeUndefined();
  });

  it('tells a fault in a tiny request at once', () => {
    expect(() => tiny.answer(json({ ...lesson, value: [[1]] }))).toThrow(
      expect.objectContaining({ code: 'shape_mismatch' }),
    );
  });
});
