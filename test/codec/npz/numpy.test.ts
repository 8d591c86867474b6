/** Archives that NumPy wrote: once, for every clone, and now, where it is installed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { npzPieces } from '../../../src/codec/npz/write.ts';
import { widenTensors } from '../../../src/requests/problems/named-tensors.ts';
import { allocate, refusal } from '../reading.ts';
import { read } from './npz-reading.ts';

interface Archive {
  base64: string;
  /** What `tolist()` says of each array. */
  holds: Record<string, { shape: number[]; dtype: string; data: unknown }> | null;
}

const script = fileURLToPath(new URL('numpy_archives.py', import.meta.url));
const kept: Record<string, Archive> = JSON.parse(readFileSync(new URL('numpy-archives.json', import.meta.url), 'utf8'));

const python = (...args: string[]) =>
  execFileSync('python3', args, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'ignore'] });

function hasNumpy(): boolean {
  try {
    python('-c', 'import numpy');
    return true;
  } catch {
    console.log('skipped: archives that NumPy writes today need python3 with numpy');
    return false;
  }
}

const withNumpy = hasNumpy();
const today: Record<string, Archive> = withNumpy ? JSON.parse(python(script)) : {};
const bytesOf = ({ base64 }: Archive) => Buffer.from(base64, 'base64');
const OPTIONS_AS_TEXTS = new Set(['window']);

describe.each([
  ['that is checked in', kept],
  ['that is written today', today],
])('an archive of NumPy %s', (_when, archives) => {
  const valid = Object.entries(archives).flatMap(([name, archive]) =>
    archive.holds === null ? [] : [{ name, body: bytesOf(archive), holds: archive.holds }],
  );

  it.each(valid)('gives the tensors and options that were saved: $name', ({ body, holds }) => {
    // As a body lies in memory: at any place, shared.
    const place = new Uint8Array(new SharedArrayBuffer(body.length + 3), 3);
    place.set(body);
    const { options, tensors, precision } = read(place);
    const wide = widenTensors(tensors, allocate);
    expect([...wide.keys(), ...Object.keys(options)].toSorted()).toEqual(Object.keys(holds).toSorted());
    for (const [field, { shape, dtype, data }] of Object.entries(holds)) {
      const tensor = wide.get(field);
      if (tensor === undefined) {
        expect(options[field]).toEqual(OPTIONS_AS_TEXTS.has(field) ? JSON.parse(String(data)) : data);
        continue;
      }
      expect(tensor.dtype).toBe(dtype === 'b' ? 'bool' : precision);
      expect(tensor.shape).toEqual(shape.length === 0 ? [1] : shape);
      expect(Array.from(tensor.data)).toEqual([data].flat(9).map(Number));
    }
  });

  const refused = [
    ['objects.npz', 'invalid_dtype', 'pickle'],
    ['records.npz', 'invalid_dtype', 'records'],
    ['complex.npz', 'invalid_dtype', '<c8'],
    ['dates.npz', 'invalid_dtype', '<M8[D]'],
    ['unnamed.npz', 'unknown_field', 'np.savez'],
  ].filter(([name]) => name in archives);
  it.each(refused)('is refused where it cannot be meant: %s', (name, code, hint) => {
    const { detail, ...about } = refusal(() => read(bytesOf(archives[name])));
    expect(about.code).toBe(code);
    expect(detail).toContain(hint);
    expect(about.pointer).toBe(name === 'unnamed.npz' ? '/arr_0' : '/query');
  });
});

describe('an answer', () => {
  it.skipIf(!withNumpy)('is what numpy.load reads, without pickles (needs python3 with numpy)', () => {
    const pieces = npzPieces(
      [
        { name: 'output', tensor: { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -0.5) } },
        { name: 'stats.entropy', tensor: { dtype: 'float64', shape: [1], data: Float64Array.of(1e300) } },
        { name: 'mask', tensor: { dtype: 'bool', shape: [2, 0], data: new Uint8Array(0) } },
      ],
      { meta: '{"kernel":"größer 🐈"}' },
    );
    const file = Buffer.concat(pieces).toString('base64');
    const load = `import base64, io, json, numpy as np, zipfile
body = base64.b64decode('${file}')
assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
read = np.load(io.BytesIO(body))
print(json.dumps({name: [read[name].dtype.str, read[name].shape, read[name].tolist()] for name in read.files}))`;
    expect(JSON.parse(python('-c', load))).toEqual({
      output: [
        '<f4',
        [2, 3],
        [
          [1, 2, 3],
          [4, 5, -0.5],
        ],
      ],
      'stats.entropy': ['<f8', [1], [1e300]],
      mask: ['|b1', [2, 0], [[], []]],
      meta: ['<U21', [], '{"kernel":"größer 🐈"}'],
    });
  });
});
