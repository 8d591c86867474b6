import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FP32, FP64, framed, infer } from '../framing.ts';
import {
  asBytes,
  binaryInputs,
  inputs,
  key,
  LSE,
  near,
  OUTPUT,
  parameters,
  query,
  value,
  WEIGHTS,
} from '../lesson-inputs.ts';
import { post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

describe('an inference with tensors as bytes', () => {
  it('is read and answered byte by byte as the extension says', async () => {
    // Scores 1·0 = 0 for both keys, so the weights are ½ and ½, and the output ½·1 + ½·3 = 2. In IEEE 754: 1 = 3f800000,
    // 3 = 40400000, 2 = 40000000, the lowest byte first.
    const json =
      '{"id":"a","inputs":[' +
      '{"name":"query","shape":[1,1],"datatype":"FP32","parameters":{"binary_data_size":4}},' +
      '{"name":"key","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}},' +
      '{"name":"value","shape":[2,1],"datatype":"FP32","parameters":{"binary_data_size":8}}],' +
      '"parameters":{"binary_data_output":true}}';
    const tensors = [0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0x40, 0x40];
    const answer = await post(
      `${serving.url}/v2/models/attention/infer`,
      Uint8Array.from([...Buffer.from(json), ...tensors]),
      { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(json.length) },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    const body = new Uint8Array(await answer.arrayBuffer());
    const length = Number(answer.headers.get('inference-header-content-length'));
    expect(JSON.parse(new TextDecoder().decode(body.subarray(0, length)))).toMatchObject({
      id: 'a',
      outputs: [{ name: 'output', shape: [1, 1], datatype: 'FP32', parameters: { binary_data_size: 4 } }],
    });
    expect([...body.subarray(length)]).toEqual([0, 0, 0, 0x40]);
  });

  it('says of each output how it comes, above what it says of all', async () => {
    const outputs = [{ name: 'output' }, { name: 'weights', parameters: { binary_data: false } }, { name: 'lse' }];
    const options = { ...parameters, binary_data_output: true };
    const { json, outputs: got } = await infer(serving.url, framed({ parameters: options, inputs, outputs }));
    expect(json.outputs).toEqual([
      { name: 'output', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: 12 } },
      { name: 'weights', shape: [1, 3], datatype: 'FP32', data: near(WEIGHTS) },
      { name: 'lse', shape: [1], datatype: 'FP32', parameters: { binary_data_size: 4 } },
    ]);
    expect(got.output.data).toEqual(near(OUTPUT));
    expect(got.lse.data).toEqual(near([LSE]));
  });

  it('may have some inputs in JSON and others as bytes', async () => {
    const { outputs, json } = await infer(serving.url, framed({ parameters, inputs: [query, asBytes(key), value] }));
    expect(outputs.output?.data, JSON.stringify(json)).toEqual(near(OUTPUT));
  });

  // 1, 0, 1 in each datatype: sign, exponent and mantissa by hand.
  it.each([
    ['FP64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]],
    ['FP32', [0, 0, 0x80, 0x3f]],
    ['FP16', [0, 0x3c]],
    ['BF16', [0x80, 0x3f]],
  ])('takes numbers as %s', async (datatype, one) => {
    const zero = one.map(() => 0);
    const sent = { ...query, datatype, bytes: Uint8Array.from([...one, ...zero, ...one]) };
    const { outputs, json } = await infer(
      serving.url,
      framed({ parameters, inputs: [sent, ...binaryInputs.slice(1)] }),
    );
    expect(outputs.output?.data, JSON.stringify(json)).toEqual(near(OUTPUT));
  });

  it('takes a mask as BOOL, of which true may attend', async () => {
    const mask = { name: 'attn_mask', shape: [1, 3], datatype: 'BOOL', bytes: Uint8Array.from([0, 1, 0]) };
    const { outputs } = await infer(serving.url, framed({ parameters, inputs: [...binaryInputs, mask] }));
    expect(outputs.output.data).toEqual([1, 2, 3]);
  });

  it.each([
    ['INT32', [1, 0, 0, 0]],
    ['INT64', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['UINT8', [1]],
  ])('takes lengths as %s', async (datatype, bytes) => {
    const lengths = { name: 'key_lengths', shape: [1], datatype, bytes: Uint8Array.from(bytes) };
    const { outputs, json } = await infer(serving.url, framed({ parameters, inputs: [...binaryInputs, lengths] }));
    // One key is left.
    expect(outputs.output?.data, JSON.stringify(json)).toEqual([10, 20, 30]);
    const listed = { name: 'key_lengths', shape: [1], datatype, data: [1] };
    expect((await infer(serving.url, framed({ parameters, inputs: [...inputs, listed] }))).outputs).toEqual(outputs);
  });

  it('takes tensors without a number', async () => {
    const empty = ['key', 'value'].map((name) => ({ name, shape: [0, 3], datatype: 'FP32', bytes: FP32() }));
    const { outputs } = await infer(serving.url, framed({ inputs: [query, ...empty] }));
    // No keys give 0.
    expect(outputs.output).toEqual({ shape: [1, 3], datatype: 'FP32', data: [0, 0, 0] });
    const listed = empty.map(({ bytes: _, ...about }) => ({ ...about, data: [] }));
    expect((await infer(serving.url, framed({ inputs: [query, ...listed] }))).outputs).toEqual(outputs);
  });

  it('answers float64 as FP64', async () => {
    const wide = inputs.map(({ data, ...about }) => ({
      ...about,
      datatype: 'FP64',
      bytes: FP64(...(data as number[])),
    }));
    const options = { ...parameters, precision: 'float64', binary_data_output: true };
    const { outputs } = await infer(serving.url, framed({ parameters: options, inputs: wide }));
    const e = Math.exp(2);
    expect(outputs.output.datatype).toBe('FP64');
    expect(outputs.output.data[0]).toBeCloseTo((15 * e + 1) / (2 * e + 1), 13);
  });
});
