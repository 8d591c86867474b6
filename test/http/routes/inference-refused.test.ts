import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FP32, type Framed, framed, type SentInput } from '../framing.ts';
import { refused } from '../inference-refusal.ts';
import { type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ maxBodyBytes: 100_000, maxElements: 10_000 });
});
afterAll(() => serving.app.close());

const json = (body: object | string): Framed => ({
  body: Uint8Array.from(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))),
  headers: {},
});

const query: SentInput = { name: 'query', shape: [1, 2], datatype: 'FP32', data: [1, 0] };
const key: SentInput = { name: 'key', shape: [2, 2], datatype: 'FP32', data: [1, 0, 0, 1] };
const value: SentInput = { name: 'value', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4] };
const others = [key, value];
const binary = { ...query, bytes: FP32(1, 0) };
const inQuery = (change: object) => json({ inputs: [{ ...query, ...change }, ...others] });
const withLength = ({ body, headers }: Framed, length: string): Framed => ({
  body,
  headers: { ...headers, 'Inference-Header-Content-Length': length },
});

describe('a frame that is none', () => {
  it.each<[string, Framed, RegExp]>([
    ['no JSON', json('{"inputs": ['), /not JSON: it ends too early/],
    ['nothing', json(''), /not JSON: it ends too early/],
    ['no object', json('[]'), /must be a JSON object with inputs/],
    ['no inputs', json({}), /inputs is missing/],
    ['inputs that are no list', json({ inputs: {} }), /inputs is missing/],
    ['empty inputs', json({ inputs: [] }), /inputs is missing/],
    ['an input that is no object', json({ inputs: [7] }), /inputs\[0\] must be an object/],
    ['an input without a name', inQuery({ name: undefined }), /inputs\[0\] must have a name/],
    ['a name that is not known', inQuery({ name: 'queri' }), /no input "queri".*did you mean "query"/],
    ['an option among the inputs', inQuery({ name: 'scale' }), /no input "scale".*scale is one of the parameters/],
    [
      'a tensor among the parameters',
      json({ inputs: others, parameters: { query: 1 } }),
      /query must be one of the inputs/,
    ],
    ['two inputs of a name', json({ inputs: [query, query, ...others] }), /two inputs of the name query/],
    [
      'an input and a parameter of a name',
      json({
        inputs: [query, ...others, { name: 'key_lengths', shape: [1], datatype: 'INT32', data: [1] }],
        parameters: { key_lengths: '[1]' },
      }),
      /key_lengths is an input and a parameter/,
    ],
    ['an unknown member', json({ inputs: [query, ...others], output: [] }), /no member "output"/],
    ['an unknown member of an input', inQuery({ dtype: 'FP32' }), /query has a member "dtype"/],
    ['no datatype', inQuery({ datatype: undefined }), /query must have a datatype/],
    [
      'a datatype of words',
      inQuery({ datatype: 'BYTES' }),
      /query must have one of the datatypes FP64, FP32, FP16, BF16/,
    ],
    ['booleans as a query', inQuery({ datatype: 'BOOL', data: [true, false] }), /query must have one of the datatypes/],
    ['no shape', inQuery({ shape: undefined }), /query must have a shape/],
    ['a negative dimension', inQuery({ shape: [-1, 2] }), /query\.shape must hold integers of at least 0/],
    ['a dimension that is no integer', inQuery({ shape: [1.5, 2] }), /query\.shape must hold integers/],
    ['a huge dimension', inQuery({ shape: [2 ** 53, 2] }), /query\.shape must hold integers .* below 2\^53/],
    [
      'a product that is huge',
      inQuery({ shape: [2 ** 52, 2 ** 52] }),
      /query\.data has 2 elements, but its shape asks for/,
    ],
    [
      'a thousand dimensions',
      inQuery({ shape: new Array(1000).fill(1) }),
      /query has 1000 dimensions, more than any tensor/,
    ],
    ['five dimensions', inQuery({ shape: [1, 1, 1, 1, 2] }), /query has more than 4 dimensions/],
    ['too few elements', inQuery({ data: [1] }), /query\.data has 1 elements, but its shape asks for 2/],
    ['too many elements', inQuery({ data: [1, 0, 0] }), /query\.data has 3 elements, but its shape asks for 2/],
    ['no elements', inQuery({ data: [] }), /query\.data has 0 elements, but its shape asks for 2/],
    [
      'elements for an empty shape',
      inQuery({ shape: [0, 2] }),
      /query\.data has elements, but its shape asks for none/,
    ],
    ['data that are nested otherwise', inQuery({ data: [[1], [0]] }), /nested as \[2, 1\], but its shape is \[1, 2\]/],
    ['ragged data', inQuery({ shape: [2, 2], data: [[1, 0], [1]] }), /array at \/query\/1 has 1 elements/],
    ['data five deep', inQuery({ data: [[[[[1, 0]]]]] }), /query has more than 4 dimensions/],
    ['a text among the numbers', inQuery({ data: [1, 'x'] }), /\/query\/1 must be a number/],
    [
      'NaN as Python writes it',
      json('{"inputs":[{"name":"query","shape":[1],"datatype":"FP32","data":[NaN]}]}'),
      /JSON has no NaN/,
    ],
    [
      'numbers for BOOL',
      json({
        inputs: [query, ...others, { name: 'attn_mask', shape: [1, 2], datatype: 'BOOL', data: [1, 0] }],
      }),
      /attn_mask has the datatype BOOL, so its data must be true and false/,
    ],
    [
      'booleans for FP32',
      json({
        inputs: [query, ...others, { name: 'attn_mask', shape: [1, 2], datatype: 'FP32', data: [true, false] }],
      }),
      /must be a number/,
    ],
    ['data that are no list', inQuery({ data: 'AAAA' }), /query\.data must be a list/],
    ['neither data nor a size', inQuery({ data: undefined }), /query has neither data nor binary_data_size/],
    [
      'both data and a size',
      withLength(inQuery({ parameters: { binary_data_size: 8 } }), '10'),
      /not JSON|both data and/,
    ],
    ['an id that is no text', json({ id: 7, inputs: [query, ...others] }), /id must be a text/],
    ['a long id', json({ id: 'x'.repeat(1025), inputs: [query, ...others] }), /id must be a text of at most 1024/],
    [
      'parameters that are a list',
      json({ parameters: [], inputs: [query, ...others] }),
      /parameters must be an object/,
    ],
    [
      'an unknown parameter',
      json({ parameters: { scal: 1 }, inputs: [query, ...others] }),
      /did you mean "scale".*at \/scal/,
    ],
    [
      'a parameter of a wrong kind',
      json({ parameters: { scale: 'big' }, inputs: [query, ...others] }),
      /scale must be a number/,
    ],
    [
      'a flag that is none',
      json({ parameters: { binary_data_output: 1 }, inputs: [query, ...others] }),
      /binary_data_output must be true or false/,
    ],
    [
      'base64',
      json({ parameters: { tensor_format: 'base64' }, inputs: [query, ...others] }),
      /tensor_format must be "nested" or "flat"/,
    ],
    ['shared memory', inQuery({ parameters: { shared_memory_region: 'a' } }), /shares no memory/],
    ['outputs that are no list', json({ outputs: 'output', inputs: [query, ...others] }), /outputs must be a list/],
    [
      'an output without a name',
      json({ outputs: [{}], inputs: [query, ...others] }),
      /outputs\[0\] must be an object with a name/,
    ],
    [
      'an output that is not known',
      json({ outputs: [{ name: 'weight' }], inputs: [query, ...others] }),
      /no output "weight".*did you mean "weights"/,
    ],
    [
      'an output twice',
      json({ outputs: [{ name: 'lse' }, { name: 'lse' }], inputs: [query, ...others] }),
      /lse is asked for twice/,
    ],
    [
      'classes',
      json({ outputs: [{ name: 'lse', parameters: { classification: 1 } }], inputs: [query, ...others] }),
      /an output takes binary_data only/,
    ],
    [
      'outputs in two places',
      json({ outputs: [{ name: 'lse' }], parameters: { outputs: '["lse"]' }, inputs: [query, ...others] }),
      /leave the parameter outputs out/,
    ],
    ['shapes that do not fit', inQuery({ shape: [1, 1], data: [1] }), /head_dim/],
    ['a tensor that is missing', json({ inputs: others }), /query is missing/],
  ])('is refused with a sentence: %s', async (_name, body, sentence) => {
    expect(await refused(serving.url, body)).toEqual({ status: 400, error: expect.stringMatching(sentence) });
  });

  it.each<[string, Framed, RegExp]>([
    [
      'a size that is not that of the shape',
      framed({ inputs: [{ ...binary, bytes: FP32(1) }, ...others] }),
      /query has binary_data_size 4, but its shape \[1, 2\] and FP32 ask for 8 bytes/,
    ],
    [
      'fewer bytes than the inputs ask for',
      { ...framed({ inputs: [binary, ...others] }), body: framed({ inputs: [binary, ...others] }).body.slice(0, -1) },
      /7 bytes stand behind the JSON, but the inputs ask for 8/,
    ],
    [
      'more bytes than the inputs ask for',
      {
        ...framed({ inputs: [binary, ...others] }),
        body: Uint8Array.from([...framed({ inputs: [binary, ...others] }).body, 0]),
      },
      /9 bytes stand behind the JSON, but the inputs ask for 8/,
    ],
    [
      'no length of the JSON',
      { ...framed({ inputs: [binary, ...others] }), headers: {} },
      /inputs\[0\] has binary_data_size, but the header Inference-Header-Content-Length is missing/,
    ],
    [
      'a length beyond the body',
      withLength(json({ inputs: [query, ...others] }), '99999'),
      /Inference-Header-Content-Length is 99999, but the body has \d+ bytes/,
    ],
    [
      'a length that ends within the JSON',
      withLength(json({ inputs: [query, ...others] }), '20'),
      /not JSON: it ends too early/,
    ],
    ['a length of nothing', withLength(json({ inputs: [query, ...others] }), '0'), /not JSON: it ends too early/],
    [
      'a length that is no number',
      withLength(json({ inputs: [query, ...others] }), '1e3'),
      /must be a number of bytes/,
    ],
    ['a negative length', withLength(json({ inputs: [query, ...others] }), '-1'), /must be a number of bytes/],
    [
      'a negative size',
      withLength(inQuery({ data: undefined, parameters: { binary_data_size: -8 } }), '9'),
      /not JSON|integer of at least 0/,
    ],
    [
      'bytes that are no booleans',
      framed({
        inputs: [
          query,
          ...others,
          { name: 'attn_mask', shape: [1, 2], datatype: 'BOOL', bytes: Uint8Array.from([2, 0]) },
        ],
      }),
      /each byte must be 0 or 1/,
    ],
    [
      'bytes that are not finite',
      framed({ inputs: [{ ...binary, bytes: FP32(1, Number.NaN) }, ...others] }),
      /not finite in float32: element 1/,
    ],
  ])('is refused for its bytes: %s', async (_name, body, sentence) => {
    expect(await refused(serving.url, body)).toEqual({ status: 400, error: expect.stringMatching(sentence) });
  });

  it('is refused for both data and a size, and for a size below zero', async () => {
    for (const [change, sentence] of [
      [{ parameters: { binary_data_size: 8 } }, /both data and binary_data_size/],
      [{ data: undefined, parameters: { binary_data_size: -8 } }, /binary_data_size an integer of at least 0/],
    ] as const) {
      const { body } = inQuery(change);
      expect((await refused(serving.url, withLength({ body, headers: {} }, String(body.length)))).error).toMatch(
        sentence,
      );
    }
  });

  it('is refused as too large when its shape is huge and has nothing in it', async () => {
    expect(await refused(serving.url, inQuery({ shape: [2 ** 52, 0], data: [] }))).toEqual({
      status: 413,
      error: expect.stringContaining('more than the 10000 numbers'),
    });
  });

  it('echoes no more of a name than a line holds', async () => {
    const { error } = await refused(serving.url, inQuery({ name: 'x'.repeat(5000) }));
    expect(error.length).toBeLessThan(700);
  });

  it('is written to the log with its code', async () => {
    await refused(serving.url, inQuery({ data: undefined }));
    expect(serving.lines.at(-1)).toMatchObject({
      route: '/v2/models/:model/infer',
      status: 400,
      code: 'invalid_inference',
    });
  });
});
