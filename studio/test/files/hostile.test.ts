import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc, test } from '@fast-check/vitest';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openFile } from '../../src/files/open.ts';
import { countOf, FileFault } from '../../src/files/tensor.ts';
import { plainNpy, plainSafetensors } from './plain-encoders.ts';

const numpy = (name: string) => new Uint8Array(readFileSync(fileURLToPath(new URL(`numpy/${name}`, import.meta.url))));

/** All of a file, numbers and texts. */
async function readAll(bytes: Uint8Array<ArrayBuffer>, name = 'file'): Promise<unknown> {
  const { tensors, texts } = await openFile(new File([bytes], name));
  const numbers = await Promise.all(tensors.map(({ shape, read }) => read(0, countOf(shape))));
  return { numbers, texts };
}

async function faultOf(bytes: Uint8Array<ArrayBuffer>, name?: string): Promise<string> {
  try {
    await readAll(bytes, name);
  } catch (fault) {
    if (fault instanceof FileFault) return fault.message;
    throw fault;
  }
  return 'was read';
}

const safetensors = plainSafetensors(
  { query: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, __metadata__: { tokens: '["The","cat"]' } },
  new Uint8Array(8),
);

describe('a file that was cut off', () => {
  it.each([
    ['.npy', numpy('version-1.npy')],
    ['.npy of version 3', numpy('version-3.npy')],
    ['.npz', numpy('zip64.npz')],
    ['.npz that is deflated', numpy('stream.npz')],
    ['.safetensors', safetensors],
  ])('is refused, wherever it was: %s', async (_, bytes) => {
    for (let end = 0; end < bytes.length; end++)
      expect(await faultOf(bytes.slice(0, end)), `${end}`).not.toBe('was read');
  });

  it('says how much is missing', async () => {
    const npy = numpy('version-1.npy');
    expect(await faultOf(npy.slice(0, npy.length - 7))).toMatch(
      /^7 bytes are missing: 3 × 4 of “<f4” needs 48 bytes, and there are 41/,
    );
    expect(await faultOf(safetensors.slice(0, safetensors.length - 1))).toMatch(/^1 byte is missing/);
  });
});

describe('a file whose bytes were turned', () => {
  const files = ['version-1.npy', 'texts.npz', 'zip64.npz', 'stream.npz'].map(numpy);
  test.prop(
    [
      fc.constantFrom(...files, safetensors),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
    ],
    {
      numRuns: 500,
    },
  )('is read or refused, and nothing else', async (bytes, flips) => {
    const turned = bytes.slice();
    for (const [at, by] of flips) turned[at % bytes.length] ^= by;
    await faultOf(turned);
  });

  it('is refused where it was deflated, by its checksum', async () => {
    const bytes = numpy('stream.npz');
    // Within the numbers of the first member.
    const faults: string[] = [];
    for (let bit = 0; bit < 8; bit++) {
      const turned = bytes.slice();
      turned[120] ^= 1 << bit;
      faults.push(await faultOf(turned));
    }
    expect(faults.every((fault) => fault !== 'was read')).toBe(true);
  });
});

describe('a file that lies', () => {
  const npy = (shape: string, descr = '<f4') =>
    plainNpy(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`, new Uint8Array(8));
  it.each([
    ['a shape of more than there is', npy('(1000000, 1000000)'), /^3,999,999,999,992 bytes are missing/],
    ['a shape of more than any file', npy('(999999999999999, 999999999999999)'), /larger than any file/],
    ['a shape of less than there is', npy('(1,)'), /^There are 4 bytes too many/],
    ['a shape below zero', npy('(-1,)'), /needs descr, fortran_order and shape/],
    ['texts without letters, very many', npy('(99999999999,)', '<U0'), /99,999,999,999 texts|too many/],
    ['no dtype that is known', npy('(1,)', '<x4'), /holds no numbers that are known/],
    [
      'a header of safetensors of more than there is',
      plainSafetensors('{}', undefined, 2n ** 63n),
      /bytes are missing: the header says/,
    ],
    ['a header that is no JSON', plainSafetensors('{nothing'), /no JSON object/],
    ['a header that goes on', plainSafetensors('{}]'), /no JSON object/],
    [
      'a dtype of JavaScript',
      plainSafetensors({ a: { dtype: 'constructor', shape: [], data_offsets: [0, 0] } }),
      /dtype “constructor” is not known/,
    ],
    [
      'sizes that are halves',
      plainSafetensors({ a: { dtype: 'F32', shape: [0.5], data_offsets: [0, 2] } }),
      /shape is no list of sizes/,
    ],
    [
      'places before the file',
      plainSafetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } }),
      /no two places/,
    ],
    [
      'places beyond the file',
      plainSafetensors({ a: { dtype: 'U8', shape: [2 ** 40], data_offsets: [0, 2 ** 40] } }),
      /bytes are missing/,
    ],
    [
      'two tensors at one place',
      plainSafetensors(
        { a: { dtype: 'U8', shape: [4], data_offsets: [0, 4] }, b: { dtype: 'U8', shape: [4], data_offsets: [2, 6] } },
        new Uint8Array(6),
      ),
      /overlaps the tensor before it by 2 bytes/,
    ],
    [
      'a hole',
      plainSafetensors({ a: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, new Uint8Array(2)),
      /1 byte before it belong to no tensor/,
    ],
    [
      'bytes of nobody',
      plainSafetensors({ a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(2)),
      /1 byte too many/,
    ],
    ['metadata that is no text', plainSafetensors({ __metadata__: { a: 1 } }), /is no text/],
  ])('is refused with what it says: %s', async (_, bytes, reason) => {
    expect(await faultOf(bytes)).toMatch(reason);
  });

  it('is not inflated beyond what it says', async () => {
    const bomb = zipSync({
      'bomb.npy': [
        plainNpy("{'descr': '|u1', 'fortran_order': False, 'shape': (100,), }", new Uint8Array(2 ** 26)),
        { level: 9 },
      ],
    });
    expect(bomb.length).toBeLessThan(2 ** 17);
    expect(await faultOf(bomb)).toMatch(/^bomb: There are 67,108,764 bytes too many/);
    // The directory says 200 bytes, which fits the header.
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    const directory = view.getUint32(bomb.length - 6, true);
    view.setUint32(directory + 24, 10 + 60 + 100 + 1, true);
    expect(await faultOf(bomb)).not.toBe('was read');
  });

  it('is not inflated at all beyond what a page should hold', async () => {
    const zip = zipSync({
      'large.npy': [
        plainNpy("{'descr': '|u1', 'fortran_order': False, 'shape': (4000000000,), }", new Uint8Array(2 ** 16)),
        { level: 9 },
      ],
    });
    const view = new DataView(zip.buffer, zip.byteOffset);
    const directory = view.getUint32(zip.length - 6, true);
    const header = 10 + "{'descr': '|u1', 'fortran_order': False, 'shape': (4000000000,), }\n".length;
    view.setUint32(directory + 24, 4_000_000_000 + header, true);
    expect(await faultOf(zip)).toMatch(/^large: Inflated it has 4,000,000,\d+ bytes, more than a page should hold/);
  });
});

describe('what is something else', () => {
  const texts = (text: string) => new TextEncoder().encode(text);
  it.each([
    ['nothing', new Uint8Array(), /empty/],
    ['a pickle', Uint8Array.of(0x80, 4, 0x95), /pickle, which nobody should open/],
    ['a model of PyTorch', zipSync({ 'archive/data.pkl': texts('x') }), /PyTorch’s own format, a pickle/],
    ['an archive without arrays', zipSync({ 'a.txt': texts('x') }), /no array in this archive/],
    ['an archive of nothing', zipSync({}), /no array in this archive/],
    ['HDF5', Uint8Array.of(0x89, 0x48, 0x44, 0x46), /HDF5/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8), /gzip/],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /not known here/],
    ['prose', texts('All work and no play.'), /is no number/],
  ])('is said to be: %s', async (_, bytes, reason) => {
    expect(await faultOf(bytes)).toMatch(reason);
  });

  it('is known by its bytes, whatever it is called', async () => {
    expect(await faultOf(numpy('version-1.npy'), 'table.csv')).toBe('was read');
    expect(await faultOf(texts('1,2\n3,4'), 'array.npy')).toBe('was read');
    expect(await faultOf(texts('{"query": [[1, 2]]}'), 'notes.txt')).toBe('was read');
  });
});
