import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MODELS } from '../../../src/codec/inference/models.ts';
import { readInference } from '../../../src/codec/inference/read.ts';
import { FP32, FP64 } from '../../http/framing.ts';
import { allocate, limits, refusal } from '../reading.ts';

const readJson = (json: string) =>
  readInference({ body: Buffer.from(json), jsonBytes: undefined }, MODELS.attention, limits, allocate);

/** Spaces of this many bytes. */
const gap = (bytes: number) => ' '.repeat(bytes);
const pads = fc.array(fc.nat({ max: 70_000 }), { minLength: 6, maxLength: 6 });
const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });
const orders = fc.shuffledSubarray(['name', 'shape', 'datatype', 'data'], { minLength: 4, maxLength: 4 });

describe('the inputs of a request', () => {
  test.prop([fc.array(fc.tuple(numbers, orders), { minLength: 3, maxLength: 3 }), pads, fc.boolean()], { numRuns: 60 })(
    'are read from window to window, in whatever order their members stand',
    (tensors, spaces, isWide) => {
      const names = ['query', 'key', 'value'];
      const inputs = tensors.map(([data, order], i) => {
        const input: Record<string, unknown> = { name: names[i], shape: [data.length], datatype: 'FP32', data };
        const members = order.map((name) => `${JSON.stringify(name)}:${gap(spaces[i])}${JSON.stringify(input[name])}`);
        return `{${members}}`;
      });
      const precision = isWide ? 'float64' : 'float32';
      const json = `{"inputs":[${gap(spaces[3])}${inputs.join(`,${gap(spaces[4])}`)}${gap(spaces[5])}],"parameters":{"precision":"${precision}"}}`;
      const { request } = readJson(json);
      for (const [i, [data]] of tensors.entries()) {
        const tensor = request.tensors.get(names[i]);
        expect(tensor).toEqual({
          dtype: precision,
          shape: [data.length],
          data: (isWide ? Float64Array : Float32Array).from(data.map((x) => x + 0)),
        });
      }
    },
  );

  test.prop([numbers, fc.constantFrom('FP32', 'FP64'), fc.nat({ max: 9 })])(
    'are read behind the JSON, wherever their bytes begin',
    (data, datatype, spaces) => {
      const bytes = datatype === 'FP32' ? FP32(...data) : FP64(...data);
      const input = { name: 'query', shape: [data.length], datatype, parameters: { binary_data_size: bytes.length } };
      const json = Buffer.from(`${JSON.stringify({ inputs: [input] })}${gap(spaces)}`);
      const frame = { body: Buffer.concat([json, bytes]), jsonBytes: json.length };
      const { request } = readInference(frame, MODELS.attention, limits, allocate);
      expect(request.tensors.get('query')).toEqual({
        dtype: 'float32',
        shape: [data.length],
        data: Float32Array.from(data),
      });
    },
  );

  it('count with what they are last called, where a member stands twice', () => {
    const { request } = readJson(
      '{"inputs":[{"name":"attn_mask","datatype":"BOOL","shape":[1],"data":[true],"name":"query","datatype":"FP32","data":[3]}]}',
    );
    expect([...request.tensors.keys()]).toEqual(['query']);
    expect(request.tensors.get('query')?.data).toEqual(Float32Array.of(3));
  });

  it('count as the last list of them, where there are two', () => {
    const one = (name: string, data: number) => `{"name":"${name}","datatype":"FP32","shape":[1],"data":[${data}]}`;
    const { request } = readJson(`{"inputs":[${one('query', 1)},${one('key', 2)}],"inputs":[${one('value', 3)}]}`);
    expect([...request.tensors].map(([name, { data }]) => [name, data[0]])).toEqual([['value', 3]]);
  });

  it('may hold a sink as a parameter, as there is room for one number', () => {
    const { request } = readJson(
      '{"parameters":{"sinks":0.5},"inputs":[{"name":"query","datatype":"FP32","shape":[1],"data":[3]}]}',
    );
    expect(request.tensors.get('sinks')?.data).toEqual(Float32Array.of(0.5));
  });

  it('are not more than a request may have', () => {
    const data = JSON.stringify(new Array(limits.maxElements / 2 ** 12).fill(0));
    const few = { maxElements: 100 };
    const json = `{"inputs":[{"name":"query","datatype":"FP32","shape":[4096],"data":${data}}]}`;
    const read = () =>
      readInference({ body: Buffer.from(json), jsonBytes: undefined }, MODELS.attention, few, allocate);
    expect(refusal(read)).toMatchObject({ status: 413, code: 'too_many_elements' });
  });
});

describe('parameters', () => {
  it('that are longer texts than any option are left as they are', () => {
    const option = ' '.repeat(2 ** 20 - 1).concat('[1]');
    const body = { parameters: { option }, inputs: [{ name: 'query', datatype: 'FP32', shape: [1], data: [3] }] };
    expect(readJson(JSON.stringify(body)).request.options).toEqual({ option });
  });

  it.each([
    ['{"left": 1}', { left: 1 }],
    ['[1, 3]', [1, 3]],
    ['true', true],
    ['lower_right', 'lower_right'],
  ])('that are texts spell what they are: %s', (text, value) => {
    const body = { parameters: { option: text }, inputs: [{ name: 'query', datatype: 'FP32', shape: [1], data: [3] }] };
    expect(readJson(JSON.stringify(body)).request.options).toEqual({ option: value });
  });
});
