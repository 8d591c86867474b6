import { deflateRawSync } from 'node:zlib';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { refusal } from '../reading.ts';
import { floats, type HandEnd, type HandMember, npy, REQUEST, text, zip } from './archive.ts';
import { read } from './npz-reading.ts';

const [query, ...others] = REQUEST;
const twoFloats = Float32Array.of(1, 0.5);
const GIB4 = 0xffffffff;
/** An extra field of sizes of 64 bits. */
const wide = (...sizes: bigint[]) => {
  const field = Buffer.alloc(4 + 8 * sizes.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * sizes.length, 2);
  sizes.forEach((size, i) => void field.writeBigUInt64LE(size, 4 + 8 * i));
  return field;
};

describe('an archive by hand', () => {
  it('is read as its numbers say', () => {
    const { tensors } = read(zip(REQUEST));
    expect(tensors.get('query')).toEqual({ dtype: 'float32', shape: [1, 2], data: twoFloats });
  });

  it.each<[string, HandMember[], HandEnd?]>([
    ['a comment behind it', [...REQUEST], { comment: 'PK\x05\x06 and more' }],
    ['a comment of its longest', [...REQUEST], { comment: 'x'.repeat(0xffff) }],
    [
      'sizes of 64 bits that are small',
      [
        { ...query, bytes: GIB4, storedBytes: GIB4, extra: wide(BigInt(query.data.length), BigInt(query.data.length)) },
        ...others,
      ],
    ],
    ['sizes behind the data', [{ ...query, flags: 8, localBytes: 0 }, ...others]],
    ['names in UTF-8', [{ ...query, flags: 0x800 }, ...others]],
    ['deflated members', [...REQUEST].map((member) => ({ ...member, method: 8 }))],
  ])('may have %s', (_name, members, end) => {
    expect([...read(zip(members, end)).tensors.keys()]).toEqual(['query', 'key', 'value']);
  });

  it.each(['float32', 'bool'])('leaves %s of stored members where they are, when they are aligned', (dtype) => {
    const mask = { name: 'attn_mask.npy', data: npy({ descr: '|b1', shape: [1, 1] }, Uint8Array.of(1)) };
    const plain = zip([...REQUEST, mask]);
    for (let offset = 0; offset < 4; offset++) {
      const body = new Uint8Array(new SharedArrayBuffer(plain.length + offset), offset);
      body.set(plain);
      const { tensors } = read(body);
      const places = dtype === 'bool' ? ['attn_mask'] : ['query', 'key', 'value'];
      const start = plain.indexOf(Buffer.from(twoFloats.buffer));
      const kept = places.filter((name) => tensors.get(name)?.data.buffer === body.buffer);
      if (dtype === 'bool') expect(kept).toEqual(['attn_mask']);
      else expect(kept.includes('query')).toBe((start + offset) % 4 === 0);
    }
  });
});

describe('an archive that lies is refused', () => {
  const deflated = { ...query, method: 8 };
  const bomb = deflateRawSync(Buffer.alloc(2 ** 20));
  it.each<[string, Buffer]>([
    ['it has no end', zip(REQUEST).subarray(0, -1)],
    ['it is cut in half', zip(REQUEST).subarray(0, 200)],
    ['it is nothing', Buffer.alloc(0)],
    ['bytes follow it', Buffer.concat([zip(REQUEST), Buffer.from('x')])],
    ['bytes stand before it', Buffer.concat([Buffer.from('x'), zip(REQUEST)])],
    ['its end counts too many', zip(REQUEST, { count: 4 })],
    ['its end counts too few', zip(REQUEST, { count: 2 })],
    ['its end counts 65,535 (zip64)', zip(REQUEST, { count: 0xffff })],
    ['its directory claims 4 GiB', zip(REQUEST, { bytes: GIB4 })],
    ['its directory lies elsewhere', zip(REQUEST, { start: 0 })],
    ['its directory begins beyond it', zip(REQUEST, { start: 0xfffffffe })],
    ['it is part of several', zip(REQUEST, { disk: 1 })],
    ['a member claims 4 GiB', zip([{ ...query, bytes: GIB4, storedBytes: GIB4 }])],
    [
      'a member claims more by 64 bits',
      zip([{ ...query, bytes: GIB4, storedBytes: GIB4, extra: wide(2n ** 60n, 2n ** 60n) }]),
    ],
    ['a member claims a little more than is stored', zip([{ ...query, bytes: query.data.length + 1 }])],
    ['a stored member reaches into the directory', zip([{ ...query, bytes: 1000, storedBytes: 1000 }])],
    ['a member inflates to more than its claim', zip([{ ...deflated, bytes: query.data.length - 1 }])],
    ['a member inflates to less than its claim', zip([{ ...deflated, bytes: query.data.length + 1 }])],
    ['a member claims what deflate cannot hold', zip([{ ...deflated, bytes: 2 ** 25 }])],
    ['a bomb claims to be small', zip([{ ...deflated, bytes: 100, stored: bomb }])],
    ['a deflated member is none', zip([{ ...deflated, stored: Buffer.from('no deflate') }])],
    ['a deflated member breaks off', zip([{ ...deflated, stored: deflateRawSync(query.data).subarray(0, 20) }])],
    ['a checksum is wrong', zip([{ ...query, crc: 1 }])],
    ['a checksum of a deflated member is wrong', zip([{ ...deflated, crc: 1 }])],
    ['a member is encrypted', zip([{ ...query, flags: 1 }])],
    ['a member is compressed by LZMA', zip([{ ...query, method: 14 }])],
    ['two members have one name', zip([query, query])],
    ['members overlap', zip([query, { ...floats('key', [1, 2], [1, 0.5]), start: 0, localName: 'query.npy' }])],
    ['members share their bytes', zip([query, { ...query, name: 'key.npy', localName: 'key.npy', start: 0 }])],
    ['a header says another name', zip([{ ...query, localName: 'value.npy' }])],
    ['a header says another size', zip([{ ...query, localBytes: 7 }])],
    ['a member lies elsewhere', zip([{ ...query, start: 5 }])],
    ['a member lies beyond it', zip([{ ...query, start: 2 ** 30 }])],
    ['a member is a folder', zip([{ name: 'query/', data: Buffer.alloc(0) }])],
    ['a member is a zip archive', zip([{ name: 'dump.npz', data: zip(REQUEST) }])],
    ['an array is a zip archive', zip([{ name: 'query.npy', data: zip(REQUEST) }])],
    ['a member is a pickle of PyTorch', zip([{ name: 'archive/data.pkl', data: Buffer.from('\x80\x02') }])],
    ['it is JSON', Buffer.from('{"query":[[1]]}')],
    ['it is one array', npy({ descr: '<f4', shape: [2] }, twoFloats)],
  ])('where %s', (_name, body) => {
    expect(refusal(() => read(body))).toMatchObject({ status: 400, code: 'invalid_npz' });
  });

  it.each([
    '../query.npy',
    '/etc/passwd.npy',
    'query\0.npy',
    'C:\\query.npy',
    '__proto__.npy',
    'constructor.npy',
    '.npy',
  ])('where a name is no field: %j', (name) => {
    expect(refusal(() => read(zip([...REQUEST, { ...query, name }])))).toMatchObject({ code: 'unknown_field' });
  });

  it('where its claims together are beyond the largest body, before anything is inflated', () => {
    const member = { method: 8, data: Buffer.alloc(2 ** 20), stored: Buffer.from('no deflate at all'.repeat(2 ** 7)) };
    const body = zip(['query', 'key', 'value'].map((field) => ({ ...member, name: `${field}.npy` })));
    const fault = refusal(() => read(body, { maxBodyBytes: 3 * 2 ** 20 - 1 }));
    expect(fault).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(refusal(() => read(body, { maxBodyBytes: 3 * 2 ** 20 })).code).toBe('invalid_npz');
  });

  it('where it has more members than any request', () => {
    const many = Array.from({ length: 129 }, (_, i) => floats(`x${i}`, [1], [1]));
    expect(refusal(() => read(zip(many))).code).toBe('too_complex');
  });

  it.each([
    ['a text', 'rotary', [], 2 ** 20 + 1],
    ['a text of numbers', 'sinks', [], 2 ** 20 + 1],
    ['names', 'head_labels', [2], 2 ** 21],
  ])('where %s of an option is longer than any', (_what, field, shape, characters) => {
    const elements = new Uint32Array(characters * (shape[0] ?? 1));
    const long = { name: `${field}.npy`, data: npy({ descr: `<U${characters}`, shape }, elements), method: 8 };
    expect(refusal(() => read(zip([...REQUEST, long]))).code).toBe('too_complex');
  });
});

describe('any bytes', () => {
  const seeds = [
    zip([...REQUEST, text('window', '{"left": 4}')]),
    zip(REQUEST.map((member) => ({ ...member, method: 8 }))),
  ];
  const changed = fc
    .record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
      cut: fc.option(fc.nat({ max: 40 }), { nil: 0 }),
    })
    .map(({ seed, changes, cut }) => {
      const body = Buffer.from(seed.subarray(0, seed.length - cut));
      for (const [at, byte] of changes) body[at % body.length] = byte;
      return body;
    });

  test.prop([changed], { numRuns: 3000 })('are read, or refused with a fault of the request', (body) => {
    try {
      read(body);
    } catch (error) {
      expect(error).toBeInstanceOf(RequestError);
    }
  });
});
