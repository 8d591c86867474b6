import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framed, infer } from '../framing.ts';
import { inputs } from '../lesson-inputs.ts';
import { type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

const get = async (path: string) => {
  const answer = await fetch(serving.url + path);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('the server of the Open Inference Protocol', () => {
  it('tells its name, its version and the extension that it has', async () => {
    const { status, body } = await get('/v2');
    expect(status).toBe(200);
    expect(body).toEqual({ name: 'spotlight', version: expect.any(String), extensions: ['binary_tensor_data'] });
    // The OpenAPI document of the protocol has it with a slash.
    expect(await get('/v2/')).toEqual({ status, body });
  });

  it('is live and ready, and so is each model', async () => {
    expect(await get('/v2/health/live')).toEqual({ status: 200, body: { live: true } });
    expect(await get('/v2/health/ready')).toEqual({ status: 200, body: { live: true, ready: true } });
    for (const name of ['attention', 'multi-head-attention']) {
      for (const version of ['', '/versions/1']) {
        expect(await get(`/v2/models/${name}${version}/ready`)).toEqual({ status: 200, body: { name, ready: true } });
      }
    }
  });

  it('tells of a model what goes in and what comes out', async () => {
    const { body } = await get('/v2/models/attention');
    expect(body).toMatchObject({ name: 'attention', versions: ['1'], platform: expect.any(String) });
    const [first, ...others] = body.inputs as { name: string; optional: boolean }[];
    expect(first).toEqual({ name: 'query', datatype: 'FP32', shape: [-1, -1, -1, -1], optional: false });
    expect(others).toContainEqual({ name: 'attn_mask', datatype: 'BOOL', shape: [-1, -1, -1, -1], optional: true });
    expect(others).toContainEqual({ name: 'key_lengths', datatype: 'INT32', shape: [-1], optional: true });
    expect(body.outputs).toContainEqual({ name: 'lse', datatype: 'FP32', shape: [-1, -1, -1] });
    expect(await get('/v2/models/attention/versions/1')).toEqual({ status: 200, body });
    const multiHead = (await get('/v2/models/multi-head-attention')).body;
    expect(multiHead.inputs).toContainEqual({
      name: 'in_proj_weight',
      datatype: 'FP32',
      shape: [-1, -1],
      optional: true,
    });
    expect((multiHead.outputs as { name: string }[]).map(({ name }) => name)).toEqual(['output', 'weights']);
  });

  it('has all outputs that it tells of, with so many dimensions', async () => {
    const { outputs } = (await get('/v2/models/attention')).body as { outputs: { name: string; shape: number[] }[] };
    const four = inputs.map((input) => ({ ...input, shape: [1, 1, ...input.shape] }));
    const answer = await infer(
      serving.url,
      framed({ inputs: four, outputs: outputs.map(({ name }) => ({ name, parameters: { binary_data: true } })) }),
    );
    expect(answer.status, JSON.stringify(answer.json)).toBe(200);
    expect(Object.keys(answer.outputs)).toEqual(outputs.map(({ name }) => name));
    for (const { name, shape } of outputs) expect(answer.outputs[name].shape, name).toHaveLength(shape.length);
  });

  it.each([
    '/v2/models/attention/config',
    '/v2/models/attention/stats',
    '/v2/repository/index',
    '/v2/nowhere',
    '/v2/models/bert',
    '/v2/models/bert/ready',
    '/v2/models/attention/versions/2',
    '/v2/models/attention/versions/2/ready',
  ])('says in the form of the protocol that there is nothing at %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).toEqual({
      error: expect.stringMatching(/nothing at this path|no model of this name|no such version/),
    });
  });
});
