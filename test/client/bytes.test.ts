import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../client/src/http/safetensors.ts';
import { readFrame } from '../../client/src/stream/frame.ts';
import { inBase64, withNumbers } from '../../client/src/typed-tensor.ts';

/** Bytes of numbers and texts; a number is one byte. */
function bytes(...parts: (number | string | number[])[]): ArrayBuffer {
  const all = parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part));
  return Uint8Array.from(all).buffer;
}

const zeros = (count: number) => new Array<number>(count).fill(0);
/** 1 and −2 as IEEE 754 numbers, little-endian. */
const float1 = [0, 0, 0x80, 0x3f];
const floatMinus2 = [0, 0, 0, 0xc0];
const double1 = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f];

describe('a frame of a step', () => {
  const seq = [7, 0, 0, 0, 0, 0, 0, 0];
  const frame = (dtype: number, dims: number[][], padding: number, numbers: number[][]) =>
    bytes('SPL1', [3, 0, 0, 0], seq, dtype, dims.length, [0, 0], ...dims, zeros(padding), ...numbers);

  it('is read as the protocol writes it', () => {
    expect(readFrame(frame(0, [[2, 0, 0, 0]], 0, [float1, floatMinus2]))).toEqual({
      index: 3,
      seq: 7,
      tensor: { shape: [2], dtype: 'float32', data: Float32Array.of(1, -2) },
    });
    const dims = [
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ];
    expect(readFrame(frame(1, dims, 4, [double1]))?.tensor).toEqual({
      shape: [1, 1],
      dtype: 'float64',
      data: Float64Array.of(1),
    });
    // A single number has no axes.
    expect(readFrame(frame(0, [], 4, [float1]))?.tensor.shape).toEqual([]);
  });

  it('is none when it is short, long, of another kind or of another dtype', () => {
    const whole = frame(0, [[2, 0, 0, 0]], 0, [float1, floatMinus2]);
    for (let length = 0; length < whole.byteLength; length++) expect(readFrame(whole.slice(0, length))).toBeUndefined();
    expect(readFrame(frame(0, [[2, 0, 0, 0]], 0, [float1, floatMinus2, float1]))).toBeUndefined();
    expect(readFrame(frame(2, [[2, 0, 0, 0]], 0, [float1, floatMinus2]))).toBeUndefined();
    const other = whole.slice(0);
    new Uint8Array(other)[3] += 1;
    expect(readFrame(other)).toBeUndefined();
  });
});

describe('a safetensors file', () => {
  it('has the length of its header, the header, and the tensors, wide ones first and aligned', () => {
    const file = writeSafetensors(
      {
        mask: { shape: [3], data: Uint8Array.of(1, 0, 1) },
        query: { shape: [2, 1], data: Float32Array.of(1, -2) },
        value: { shape: [1], data: Float64Array.of(1) },
      },
      { scale: '1' },
    );
    const headerBytes = file[0] + 256 * file[1];
    expect([...file.subarray(2, 8)]).toEqual(zeros(6));
    expect((8 + headerBytes) % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerBytes)))).toEqual({
      __metadata__: { scale: '1' },
      value: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
      query: { dtype: 'F32', shape: [2, 1], data_offsets: [8, 16] },
      mask: { dtype: 'BOOL', shape: [3], data_offsets: [16, 19] },
    });
    expect([...file.subarray(8 + headerBytes)]).toEqual([...double1, ...float1, ...floatMinus2, 1, 0, 1]);
  });

  it('takes parts of larger arrays', () => {
    const part = Float32Array.of(5, 1, -2, 5).subarray(1, 3);
    const file = writeSafetensors({ query: { shape: [2], data: part } }, {});
    expect([...file.subarray(-8)]).toEqual([...float1, ...floatMinus2]);
  });

  const fileOf = (header: string, ...data: number[][]) =>
    bytes([header.length % 256, header.length >> 8, 0, 0, 0, 0, 0, 0], header, ...data);

  it('is read wherever its tensors lie', () => {
    const header =
      '{"x":{"dtype":"F64","shape":[1],"data_offsets":[4,12]},"y":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}';
    for (const padding of ['', ' ', '  ', '   ', '    ']) {
      const { tensors } = readSafetensors(fileOf(header + padding, floatMinus2, double1));
      expect(tensors.get('x')).toEqual({ shape: [1], dtype: 'float64', data: Float64Array.of(1) });
      expect(tensors.get('y')).toEqual({ shape: [], dtype: 'float32', data: Float32Array.of(-2) });
    }
  });

  it.each([
    ['an end before its start', '{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}'],
    ['an end behind the file', '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'],
    ['a shape that is not its length', '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}'],
    ['a dtype that answers do not have', '{"x":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}'],
    ['an offset that is no count', '{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}'],
    ['no header', 'x'],
  ])('is refused with %s', (_name, header) => {
    expect(() => readSafetensors(fileOf(header, float1))).toThrow('not a safetensors file');
  });

  it('is refused when it is shorter than its header', () => {
    expect(() => readSafetensors(bytes([9, 0, 0, 0, 0, 0, 0, 0], '{}'))).toThrow('not a safetensors file');
    expect(() => readSafetensors(bytes([9, 0]))).toThrow('not a safetensors file');
  });
});

describe('base64', () => {
  it('is that of RFC 4648, also of more bytes than one piece', () => {
    // Section 10 of the RFC.
    const vector = (text: string) =>
      inBase64({ shape: [text.length], dtype: 'bool', data: new TextEncoder().encode(text) }).data;
    expect(['f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map(vector)).toEqual([
      'Zg==',
      'Zm8=',
      'Zm9v',
      'Zm9vYg==',
      'Zm9vYmE=',
      'Zm9vYmFy',
    ]);
    const data = Uint8Array.from({ length: 100_001 }, (_, i) => i * 7);
    expect(inBase64({ shape: [data.length], dtype: 'bool', data }).data).toBe(Buffer.from(data).toString('base64'));
  });
});

describe('numbers of JSON', () => {
  it('have their infinities again, at any depth', () => {
    const answer = { lse: ['-Infinity', 1], scores: [[[1, '-Infinity'], [2]], ['-Infinity']], kernel: 'wasm' };
    expect(withNumbers(answer)).toEqual({
      lse: [Number.NEGATIVE_INFINITY, 1],
      scores: [[[1, Number.NEGATIVE_INFINITY], [2]], [Number.NEGATIVE_INFINITY]],
      kernel: 'wasm',
    });
  });
});
