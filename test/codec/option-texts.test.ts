import { describe, expect, it } from 'vitest';
import { attentionOptions, attentionOptionTensors, attentionTensorFields } from '../../src/codec/attention-options.ts';
import { readSafetensors } from '../../src/codec/safetensors.ts';
import { allocate, limits, refusal } from './reading.ts';

/** A safetensors file by hand: name → [dtype, shape, bytes]. */
function file(
  tensors: Record<string, [string, number[], Uint8Array]>,
  metadata: Record<string, string> = {},
): Uint8Array {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, [dtype, shape, data]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...Object.values(tensors).map(([, , data]) => data)]);
}
const bytes = (array: BigInt64Array | Int32Array | Float32Array | Uint8Array) => new Uint8Array(array.buffer);
const read = (body: Uint8Array) =>
  readSafetensors(body, attentionTensorFields, { ...limits, optionTensors: attentionOptionTensors }, allocate);
const optionsOf = (metadata: Record<string, string>) => ({ ...read(file({}, metadata)).options });

describe('options in the metadata of a safetensors file', () => {
  it.each([
    ['outputs', 'weights,lse', ['weights', 'lse']],
    ['outputs', 'weights', ['weights']],
    ['outputs', "['weights', 'lse']", ['weights', 'lse']],
    ['outputs', "('weights',)", ['weights']],
    ['outputs', '["weights"]', ['weights']],
    ['outputs', "{'weights', 'lse'}", ['weights', 'lse']],
    ['outputs', '[weights, lse]', ['weights', 'lse']],
    ['outputs', 'weights lse', ['weights', 'lse']],
    ['is_causal', 'True', true],
    ['is_causal', 'FALSE', false],
    ['is_causal', 'lower_right', 'lower_right'],
    ['need_weights', 'False', false],
    ['scale', 'None', null],
    ['scale', '0.125', 0.125],
    ['key_lengths', '1, 3', [1, 3]],
    ['key_lengths', '(1, 3)', [1, 3]],
    ['key_lengths', 'tensor([1, 3])', [1, 3]],
    ['key_lengths', "tensor([1, 3], device='cuda:0', dtype=torch.int32)", [1, 3]],
    ['key_lengths', '[1 3]', [1, 3]],
    ['key_lengths', '[np.int64(1), np.int64(3)]', [1, 3]],
    ['alibi_slopes', 'array([0.5, 1.  , 1e-05], dtype=float32)', [0.5, 1, 1e-5]],
    [
      'alibi_slopes',
      '[[0.5 1.  ]\n [2.  -1.  ]]',
      [
        [0.5, 1],
        [2, -1],
      ],
    ],
    ['scale', 'np.float32(0.125)', 0.125],
    ['scale', 'tensor(0.1250)', 0.125],
    ['rotary', "{'base': 10000.0, 'dim': 64, 'interleaved': False}", { base: 10_000, dim: 64, interleaved: false }],
    ['window', "{'left': 3, 'right': None}", { left: 3, right: null }],
    ['tensor_format', 'base64', 'base64'],
    // What Python prints of these lists: quotes inside of quotes, its words and its brackets as text.
    [
      'query_labels',
      `['it', "it's", 'say "so"', 'None', '(x)', 'a,]']`,
      ['it', "it's", 'say "so"', 'None', '(x)', 'a,]'],
    ],
    [
      'key_labels',
      String.raw`['a\\b', 'it\'s "x"', '\n', '\u200b', '\x07', '\U0001f600']`,
      ['a\\b', `it's "x"`, '\n', '\u200b', '\x07', '\u{1f600}'],
    ],
    ['focus', 'sat', 'sat'],
    ['focus', '2', 2],
    ['focus', '"2"', '2'],
    ['focus', 'None', 'None'],
    ['focus', '3 5', '3 5'],
    ['query_labels', "['np.sum(x)', 'b']", ['np.sum(x)', 'b']],
  ])('may be plain words where that is clear: %s %s', (name, text, value) => {
    expect(optionsOf({ [name]: text })).toEqual({ [name]: value });
  });

  it.each([' ', ', dtype=a', 'np.a(', ', ', ']  ', '1 ', '{'])(
    'take no longer than they are long: many of "%s"',
    (piece) => {
      for (const name of ['outputs', 'key_lengths']) {
        const start = performance.now();
        optionsOf({ [name]: `tensor(${piece.repeat(90_000)}x` });
        optionsOf({ [name]: `tensor(${piece.repeat(90_000)})` });
        expect(performance.now() - start).toBeLessThan(2000);
      }
    },
  );

  it('are not what a library says of its file', () => {
    expect(optionsOf({ format: 'pt', total_size: '123456' })).toEqual({});
  });
});

describe('options as tensors', () => {
  it.each([
    ['key_lengths', ['I64', [2], bytes(BigInt64Array.of(1n, 3n))], [1, 3]],
    ['query_lengths', ['I32', [2], bytes(Int32Array.of(1, 3))], [1, 3]],
    ['query_offset', ['I64', [], bytes(BigInt64Array.of(-5n))], -5],
    ['alibi_slopes', ['F32', [2, 1], bytes(Float32Array.of(0.5, 0.25))], [[0.5], [0.25]]],
    ['key_lengths', ['U8', [2], Uint8Array.of(7, 255)], [7, 255]],
  ] as [string, [string, number[], Uint8Array], unknown][])(
    'serve where numbers go by batch entry or head: %s',
    (name, tensor, value) => {
      expect({ ...read(file({ [name]: tensor })).options }).toEqual({ [name]: value });
    },
  );

  it('are options that there are', () => {
    expect([...attentionOptionTensors].filter((name) => !Object.hasOwn(attentionOptions.shape, name))).toEqual([]);
  });

  it.each([
    [{ key_lengths: ['BOOL', [1], Uint8Array.of(1)] }, {}, 'invalid_dtype'],
    [{ key_lengths: ['U8', [1, 1, 1], Uint8Array.of(1)] }, {}, 'invalid_rank'],
    [{ key_lengths: ['I64', [2], Uint8Array.of(1)] }, {}, 'invalid_safetensors'],
    [{ key_lengths: ['U8', [2 ** 40, 0], new Uint8Array(0)] }, {}, 'too_many_elements'],
    [{ key_lengths: ['U8', [1], Uint8Array.of(1)] }, { key_lengths: '[1]' }, 'conflicting_options'],
  ] as [Record<string, [string, number[], Uint8Array]>, Record<string, string>, string][])(
    'are refused as %j',
    (tensors, metadata, code) => {
      expect(refusal(() => read(file(tensors, metadata)))).toMatchObject({ code, pointer: '/key_lengths' });
    },
  );
});

describe('the tensors of a model', () => {
  it('are all named, with those that the route takes and those that are missing', () => {
    const names = ['model.embed.weight', 'model.norm.weight', 'query'];
    const tensors = Object.fromEntries(
      names.map((name) => [name, ['U8', [0], new Uint8Array(0)] as [string, number[], Uint8Array]]),
    );
    const { code, pointer, detail } = refusal(() => read(file(tensors)));
    expect({ code, pointer }).toEqual({ code: 'unknown_field', pointer: '/model.embed.weight' });
    for (const word of ['model.embed.weight', 'model.norm.weight', 'attn_mask', 'key, value are missing'])
      expect(detail).toContain(word);
    expect(detail).not.toContain('query, key, value are missing');
  });

  it('do not fill the screen', () => {
    const tensors = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [
        `layer.${i}`,
        ['U8', [0], new Uint8Array(0)] as [string, number[], Uint8Array],
      ]),
    );
    const { detail } = refusal(() => read(file(tensors)));
    expect(detail).toContain('and 480 more');
    expect(detail.length).toBeLessThan(1000);
  });
});
