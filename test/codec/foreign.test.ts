import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { attentionTensorFields } from '../../src/codec/attention-options.ts';
import { readJson } from '../../src/codec/json/json.ts';
import { readSafetensors, writeSafetensors } from '../../src/codec/safetensors.ts';
import { allocate, limits, refusal } from './reading.ts';

const json = (body: string | Uint8Array) =>
  refusal(() => readJson(Buffer.from(body), attentionTensorFields, limits, allocate));
const binary = (body: Uint8Array) => refusal(() => readSafetensors(body, attentionTensorFields, limits, allocate));

describe('what Python writes as JSON', () => {
  it.each([
    ['{"attn_mask":[[0,-Infinity]]}', '"-Infinity"'],
    ['{"attn_mask":[[0,Infinity]]}', '"-Infinity"'],
    ['{"query":[[NaN]]}', 'NaN cannot stand'],
    ['{"query":[[1,nan]]}', 'NaN cannot stand'],
    ['{"query":[[-inf]]}', '"-Infinity"'],
    ['{"scale":NaN}', 'NaN cannot stand'],
    ['{"is_causal":True}', "Python's True"],
    ['{"attn_mask":None}', "Python's True, False and None"],
    ["{'query':[[1]]}", 'double quotes'],
    ['{"query":[[1,2],]}', 'a comma'],
    ['{"query":[[1,2], // two\n[3,4]]}', 'comments'],
    ['{"query":[[1, ..., 2]]}', 'all numbers'],
  ])('is refused with what to write: %s', (body, hint) => {
    const { code, detail } = json(body);
    expect(code).toBe('invalid_json');
    expect(detail).toContain(hint);
  });

  it('gets no hint where nothing of that is the matter', () => {
    expect(json('{"query":[[1 2]]}').detail).toBe('The body is not JSON: it breaks off at byte 13');
  });
});

const npy = Buffer.concat([
  Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
  Buffer.from("{'descr': '<f4'}".padEnd(200)),
]);
const zip = Buffer.concat([Buffer.from('PK\x03\x04\x14\x00\x00\x00\x08\x00', 'latin1'), deflateRawSync(npy)]);
const lfs = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n');

describe('a file of another format', () => {
  it.each([
    ['a .npy file', npy, '.npy'],
    ['a zip archive', zip, 'zip'],
    ['a pointer of Git LFS', lfs, 'git lfs pull'],
    ['a pickle', Buffer.from('\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00', 'latin1'), 'pickle'],
    ['a gzip', gzipSync(npy), 'compressed'],
    ['JSON', Buffer.from('{"query":[[1]],"key":[[1]],"value":[[1]]}'), 'application/json'],
    ['a page', Buffer.from('<!DOCTYPE html><html></html>'), 'HTML'],
  ])('is named in place of safetensors: %s', (_name, body, hint) => {
    const { code, detail } = binary(body);
    expect(code).toBe('invalid_safetensors');
    expect(detail).toContain(hint);
  });

  it('is named in place of JSON, safetensors among them', () => {
    const one = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
    expect(json(writeSafetensors([{ name: 'query', tensor: one }], {})).detail).toContain(
      'application/vnd.safetensors',
    );
    expect(json(npy).detail).toContain('.npy');
  });

  it('is not suspected where a length only looks like one', () => {
    // A header of 123 bytes begins with {, one of 35,615 with the magic of gzip.
    for (const bytes of [123, 35_615]) {
      const header = JSON.stringify({ query: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }).padEnd(bytes);
      const body = Buffer.alloc(8 + bytes + 4);
      body.writeBigUInt64LE(BigInt(bytes));
      body.write(header, 8);
      expect(readSafetensors(body, attentionTensorFields, limits, allocate).tensors.has('query')).toBe(true);
    }
  });
});
