import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lesson } from '../../lesson.ts';
import { framed, infer, type SentInput, unframed } from '../framing.ts';
import { inputs, key, LSE, near, OUTPUT, parameters, query, value, WEIGHTS } from '../lesson-inputs.ts';
import { post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

describe('an inference in JSON', () => {
  it('is answered with its id, its model and the outputs that are there, flat', async () => {
    const answer = await post(
      `${serving.url}/v2/models/attention/infer`,
      JSON.stringify({ id: '42', parameters, inputs }),
    );
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('inference-header-content-length')).toBeNull();
    expect(await answer.json()).toEqual({
      model_name: 'attention',
      model_version: '1',
      id: '42',
      parameters: { kernel: expect.any(String), scale: 1, shape: '[1,1,1,3]' },
      outputs: [{ name: 'output', shape: [1, 3], datatype: 'FP32', data: near(OUTPUT) }],
    });
  });

  it('has no id when the request has none', async () => {
    const { json } = await infer(serving.url, framed({ parameters, inputs }));
    expect(Object.keys(json)).not.toContain('id');
  });

  it('takes nested data, and gives such data where that is asked for', async () => {
    const nested = [
      { ...query, data: [[1, 0, 1]] },
      { ...key, data: lesson.key },
      { ...value, data: lesson.value },
    ];
    const { json } = await infer(
      serving.url,
      framed({ parameters: { ...parameters, tensor_format: 'nested' }, inputs: nested }),
    );
    expect(json.outputs).toEqual([{ name: 'output', shape: [1, 3], datatype: 'FP32', data: [near(OUTPUT)] }]);
  });

  it('answers the outputs that are asked for, in their order, and no other', async () => {
    const outputs = [{ name: 'lse' }, { name: 'weights' }];
    const { outputs: got, json } = await infer(serving.url, framed({ parameters, inputs, outputs }));
    expect((json.outputs as { name: string }[]).map(({ name }) => name)).toEqual(['lse', 'weights']);
    expect(got.weights).toEqual({ shape: [1, 3], datatype: 'FP32', data: near(WEIGHTS) });
    expect(got.lse.data).toEqual(near([LSE]));
  });

  it('takes outputs as the option of this name, too', async () => {
    const options = { ...parameters, outputs: '["weights"]' };
    const { json, outputs } = await infer(serving.url, framed({ parameters: options, inputs }));
    expect(Object.keys(outputs), JSON.stringify(json)).toEqual(['output', 'weights']);
  });

  it('answers by the version of its path as without one', async () => {
    const answer = await post(
      `${serving.url}/v2/models/attention/versions/1/infer`,
      JSON.stringify({ parameters, inputs }),
    );
    expect((await unframed(answer)).outputs.output.data).toEqual(near(OUTPUT));
  });

  it('takes members in any order, and null for those that are not given', async () => {
    const backwards = inputs.map(({ name, shape, datatype, data }) => ({
      data,
      datatype,
      shape,
      parameters: null,
      name,
    }));
    const body = {
      inputs: backwards,
      outputs: null,
      parameters: { scale: 1, softcap: null },
      id: null,
      model_name: 'x',
    };
    const answer = await unframed(await post(`${serving.url}/v2/models/attention/infer`, JSON.stringify(body)));
    expect(answer.outputs.output?.data, JSON.stringify(answer.json)).toEqual(near(OUTPUT));
  });

  it('computes in float64 where a parameter behind the inputs asks for it', async () => {
    const third = { ...query, data: [1 / 3, 0, 1 / 3] };
    const body = { inputs: [third, key, value], parameters: { scale: 1, precision: 'float64' } };
    const { outputs } = await unframed(await post(`${serving.url}/v2/models/attention/infer`, JSON.stringify(body)));
    // e^(2/3) : e⁰ : e^(2/3), to more digits than float32 has.
    const e = Math.exp(2 / 3);
    expect(outputs.output.datatype).toBe('FP64');
    expect(outputs.output.data[0]).toBeCloseTo((15 * e + 1) / (2 * e + 1), 13);
  });

  it('says −∞ as JSON can', async () => {
    const hidden: SentInput = { name: 'attn_mask', shape: [1, 3], datatype: 'BOOL', data: [false, false, false] };
    const { json } = await infer(serving.url, framed({ inputs: [...inputs, hidden], outputs: [{ name: 'lse' }] }));
    expect(json.outputs).toEqual([{ name: 'lse', shape: [1], datatype: 'FP32', data: ['-Infinity'] }]);
  });

  it('has a list of one number where a tensor has no dimensions', async () => {
    const vector = { ...query, shape: [3] };
    const { json } = await infer(
      serving.url,
      framed({ parameters, inputs: [vector, key, value], outputs: [{ name: 'lse' }] }),
    );
    expect(json.outputs).toEqual([{ name: 'lse', shape: [], datatype: 'FP32', data: near([LSE]) }]);
  });
});

describe('an inference of multi-head-attention', () => {
  const identity = [1, 0, 0, 1];
  const tensors: SentInput[] = [
    { name: 'query', shape: [1, 1, 2], datatype: 'FP32', data: [1, 0] },
    { name: 'key', shape: [1, 2, 2], datatype: 'FP32', data: [0, 1, 0, 2] },
    { name: 'value', shape: [1, 2, 2], datatype: 'FP32', data: [1, 3, 5, 7] },
    { name: 'in_proj_weight', shape: [6, 2], datatype: 'FP32', data: [...identity, ...identity, ...identity] },
    { name: 'out_proj_weight', shape: [2, 2], datatype: 'FP32', data: identity },
  ];
  const ask = (others: object = {}) =>
    infer(serving.url, framed({ parameters: { num_heads: 1 }, inputs: tensors, ...others }), 'multi-head-attention');

  it('answers output and weights, as PyTorch does', async () => {
    const { json, outputs } = await ask();
    expect(json.model_name).toBe('multi-head-attention');
    // Both scores are 0: the mean of the values.
    expect(outputs).toEqual({
      output: { shape: [1, 1, 2], datatype: 'FP32', data: [3, 5] },
      weights: { shape: [1, 1, 2], datatype: 'FP32', data: [0.5, 0.5] },
    });
  });

  it('answers what is asked for', async () => {
    expect(Object.keys((await ask({ outputs: [{ name: 'output' }] })).outputs)).toEqual(['output']);
    expect(Object.keys((await ask({ outputs: [{ name: 'weights' }] })).outputs)).toEqual(['weights']);
    const { status, json } = await ask({
      outputs: [{ name: 'output' }],
      parameters: { num_heads: 1, need_weights: true },
    });
    expect(status).toBe(400);
    expect(json.error).toContain('need_weights');
  });
});
