import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { cutWhole } from '../../src/spread/cut.ts';
import type { Cut } from '../../src/spread/part.ts';
import { partFile } from '../../src/spread/part-file.ts';
import type { ByteRange } from '../../src/spread/placed.ts';
import type { Whole } from '../../src/spread/whole.ts';
import { bodyOf, requests, tensorOf } from './requests.ts';
import { asked, computed, fileOf, partBody, wholeOf } from './spreading.ts';

/** A request of one head: 8 numbers a row of 4 bytes. */
function causalBody(queryLength: number, keyLength: number, metadata: Record<string, string> = {}): Uint8Array {
  const tensors = [
    tensorOf('query', 'F32', [queryLength, 8], 1),
    tensorOf('key', 'F32', [keyLength, 8], 2),
    tensorOf('value', 'F32', [keyLength, 8], 3),
  ];
  return fileOf(tensors, { is_causal: 'true', ...metadata });
}

function cutOf(body: Uint8Array, { shardCost = 12_000_000, wanted = 4 } = {}): { whole: Whole; cut: Cut } {
  const whole = wholeOf(body);
  if ('why' in whole) throw new Error(whole.why);
  const cut = cutWhole(whole, { shardCost, wanted });
  if ('why' in cut) throw new Error(cut.why);
  return { whole, cut };
}

const keysOf = ({ parts }: Cut) => parts.map(({ keys }) => keys);
const rowsOf = ({ parts }: Cut) => parts.map(({ rows }) => rows);

describe('the cut of a long causal problem', () => {
  it('gives each part whole chains of rows, and the keys up to its last row', () => {
    // 192 rows a chain, of 1,920: ten chains whose cost is as 1, 2, 3 … 10, 55 together. Two halves are 27.5 each.
    const { cut } = cutOf(causalBody(1920, 1920), { wanted: 2 });
    expect(rowsOf(cut)).toEqual([
      [0, 1344],
      [1344, 1920],
    ]);
    expect(keysOf(cut)).toEqual([
      [0, 1344],
      [0, 1920],
    ]);
    expect(cut.by).toBe('rows');
  });

  it('leaves keys before a window to the parts before', () => {
    const body = causalBody(1920, 1920, { window: '{"left": 99, "right": 0}' });
    const { cut } = cutOf(body, { wanted: 2 });
    // The first row of the second part stands at its own position and sees 99 keys before that.
    const [, [second]] = rowsOf(cut);
    expect(keysOf(cut)).toEqual([
      [0, second],
      [second - 99, 1920],
    ]);
  });

  it('has parts of like cost', () => {
    const { cut } = cutOf(causalBody(19_200, 19_200), { wanted: 10 });
    const costs = cut.parts.map(({ cost }) => cost);
    expect(cut.parts).toHaveLength(10);
    expect(Math.max(...costs) / Math.min(...costs)).toBeLessThan(1.5);
  });
});

describe('the cut of few rows', () => {
  it('is that of the plan: ranges of keys that follow each other', () => {
    // One chain, so eight splits; each an eighth of 8,192 keys.
    const { cut } = cutOf(causalBody(1, 8192, { query_offset: '8191' }));
    expect(cut.by).toBe('keys');
    expect(keysOf(cut)).toEqual(Array.from({ length: 8 }, (_, i) => [i * 1024, (i + 1) * 1024]));
  });

  it('reads keys that no row sees with those beside them', () => {
    const { cut } = cutOf(causalBody(1, 8192, { query_offset: '4095' }));
    expect(keysOf(cut).at(-1)).toEqual([3584, 8192]);
  });
});

/** Bytes of tensors that the parts read, as ranges that overlap no more. */
function bytesRead({ whole, cut }: { whole: Whole; cut: Cut }): ByteRange[] {
  const files = cut.parts.map((part) => partFile(whole, part, cut.by));
  const ranges = files.flatMap((file) => ('why' in file ? [] : file.ranges)).toSorted((a, b) => a[0] - b[0]);
  const read: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = read.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else read.push([start, end]);
  }
  return read;
}

const anyRequests = fc.oneof(
  requests({ queryLength: [1, 100], keyLength: [1, 200], mostHeads: 3 }),
  requests({ queryLength: [1, 16], keyLength: [2048, 4000], mostHeads: 1 }),
);

describe('the parts of a request', () => {
  test.prop([anyRequests, fc.constantFrom(40_000, 12_000_000)])(
    'read each number that may not be padding',
    (request, shardCost) => {
      fc.pre(request.options.keyLengths === null);
      const body = bodyOf(request);
      const whole = wholeOf(body);
      if ('why' in whole) return expect.fail(whole.why);
      const cut = cutWhole(whole, { shardCost, wanted: request.wanted });
      fc.pre(!('why' in cut));
      if ('why' in cut) return;
      const all = [whole.query, ...whole.key, ...whole.value, whole.mask, whole.sinks];
      const first = Math.min(...all.flatMap((placed) => (placed === undefined ? [] : [placed.start])));
      expect(bytesRead({ whole, cut })).toEqual([[first, body.length]]);
    },
  );

  it('are refused as the whole is, for a key that no query sees and that is not finite', () => {
    const body = causalBody(1920, 2500);
    const view = new DataView(body.buffer);
    const { whole, cut } = cutOf(body);
    view.setFloat32(whole.key[0].start + 2400 * 32, Number.NaN, true);
    const kernel = createReferenceKernel();
    const setting = { part: { grid: cut.grid, hasSomeKeys: false } };
    expect(() => computed(asked(body), kernel)).toThrow(/not finite/);
    const last = cut.parts.length - 1;
    expect(() => computed({ ...asked(partBody(body, whole, cut, cut.parts[last])), ...setting }, kernel)).toThrow(
      /not finite/,
    );
  });

  it('have header and bytes of what they are, and no more', () => {
    const body = causalBody(1920, 1920);
    const { whole, cut } = cutOf(body, { wanted: 2 });
    const file = partFile(whole, cut.parts[0], cut.by);
    if ('why' in file) return expect.fail(file.why);
    const [query, key, value] = [whole.query, whole.key[0], whole.value[0]].map(({ start }) => start);
    const bytes = 1344 * 8 * 4;
    expect(file.ranges).toEqual([
      [query, query + bytes],
      [key, key + bytes],
      [value, value + bytes],
    ]);
    expect(file.bytes).toBe(file.head.length + 3 * bytes);
  });
});
