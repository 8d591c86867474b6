import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/codec/safetensors.ts';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

/** Two heads of one query each, whose scores are 0 and 1; values 3 and 5. */
const request = {
  query: [[[1]], [[1]]],
  key: [
    [[0], [1]],
    [[0], [1]],
  ],
  value: [
    [[3], [5]],
    [[3], [5]],
  ],
  outputs: ['weights', 'lse', 'stats'],
};
/** What a head with this sink answers. */
function answerOf(sink: number) {
  const sum = Math.exp(sink) + 1 + Math.E;
  return { weights: [1 / sum, Math.E / sum], output: (3 + 5 * Math.E) / sum, lse: Math.log(sum) };
}

interface Answer {
  output: number[][][];
  weights: number[][][];
  lse: number[][];
  stats: { entropy: number[][]; max_weight: number[][]; max_key: number[][]; effective_keys: number[][] };
}

function expectHeads(answer: Answer, sinks: [number, number]): void {
  for (const [head, sink] of sinks.entries()) {
    const { weights, output, lse } = answerOf(sink);
    expect(answer.output[head][0][0]).toBeCloseTo(output, 5);
    expect(answer.lse[head][0]).toBeCloseTo(lse, 5);
    for (const [j, weight] of weights.entries()) expect(answer.weights[head][0][j]).toBeCloseTo(weight, 6);
    expect(answer.stats.max_key[head]).toEqual([1]);
    expect(answer.stats.max_weight[head][0]).toBeCloseTo(weights[1], 6);
    // Over the weights of the keys: what the sink holds is no key's.
    const entropy = -weights.reduce((sum, w) => sum + w * Math.log(w), 0);
    expect(answer.stats.entropy[head][0]).toBeCloseTo(entropy, 5);
    expect(answer.stats.effective_keys[head][0]).toBeCloseTo(Math.exp(entropy), 5);
  }
}

const ask = async (body: object) => {
  const answer = await post(`${serving.url}/attention`, JSON.stringify(body));
  return { status: answer.status, body: await answer.json() };
};

const NONE = Number.NEGATIVE_INFINITY;

describe('sinks in JSON', () => {
  it.each([
    [0.5, [0.5, 0.5]],
    [[0.5], [0.5, 0.5]],
    [
      [0.5, -1],
      [0.5, -1],
    ],
    [
      ['-Infinity', 2],
      [NONE, 2],
    ],
    ['-Infinity', [NONE, NONE]],
    [-1e39, [NONE, NONE]],
    [{ shape: [2], data: [1, '-Infinity'] }, [1, NONE]],
    [{ shape: [1], dtype: 'float64', data: [2] }, [2, 2]],
    [{ shape: [2], dtype: 'float16', data: 'ADwAwA==' }, [1, -2]],
    [{ shape: [2], dtype: 'BF16', data: 'gD+A/w==' }, [1, NONE]],
  ] as [unknown, [number, number]][])('may be %j', async (sinks, heads) => {
    const { status, body } = await ask({ ...request, sinks });
    expect(status, JSON.stringify(body)).toBe(200);
    expectHeads(body as Answer, heads);
  });

  it('may be beyond float32 in float64', async () => {
    const { body } = await ask({ ...request, precision: 'float64', sinks: [1e300, -1e300] });
    const { output, weights, lse } = body as Answer;
    expect([output[0], weights[0], lse[0]]).toEqual([[[0]], [[0, 0]], [1e300]]);
    expect(output[1][0][0]).toBeCloseTo(answerOf(NONE).output, 12);
  });

  it('are all that a row has whose keys are masked', async () => {
    const { body } = await ask({ ...request, attn_mask: [[false, false]], sinks: [0.5, '-Infinity'] });
    expect(body).toMatchObject({
      output: [[[0]], [[0]]],
      weights: [[[0, 0]], [[0, 0]]],
      lse: [[0.5], ['-Infinity']],
      stats: { entropy: [[0], [0]], max_weight: [[0], [0]], max_key: [[-1], [-1]], effective_keys: [[0], [0]] },
    });
  });

  it.each([
    [[1, 2, 3], 'shape_mismatch', '/sinks'],
    [{ shape: [3], data: [1, 2, 3] }, 'shape_mismatch', '/sinks'],
    [1e39, 'not_finite', '/sinks'],
    [[0, 1e39], 'not_finite', '/sinks/1'],
    [{ shape: [1], data: 'AACAfw==' }, 'not_finite', '/sinks/data'],
    [{ shape: [1], data: 'AADAfw==' }, 'not_finite', '/sinks/data'],
    ['Infinity', 'invalid_tensor', '/sinks'],
    ['NaN', 'invalid_tensor', '/sinks'],
    [['Infinity', 1], 'invalid_tensor', '/sinks/0'],
    [true, 'invalid_tensor', '/sinks'],
    [[true, false], 'invalid_tensor', '/sinks/0'],
    [[1, true], 'invalid_tensor', '/sinks/1'],
    [{ shape: [2], dtype: 'bool', data: 'AQE=' }, 'invalid_dtype', '/sinks/dtype'],
    [[], 'empty_tensor', '/sinks'],
    [{}, 'invalid_tensor', '/sinks/shape'],
  ])('are refused as %j', async (sinks, code, pointer) => {
    const { status, body } = await ask({ ...request, sinks });
    expect({ status, code: Reflect.get(Object(body), 'code'), pointer: Reflect.get(Object(body), 'pointer') }).toEqual({
      status: 422,
      code,
      pointer,
    });
  });

  it.each([
    [
      'multi-head',
      { query: [[1]], key: [[1]], value: [[1]], out_proj_weight: [[1]], in_proj_weight: [[1], [1], [1]], num_heads: 1 },
    ],
    ['text', { text: 'the cat' }],
  ])('are no field of /attention/%s', async (route, body) => {
    const answer = await post(`${serving.url}/attention/${route}`, JSON.stringify({ ...body, sinks: 1 }));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'unknown_field', pointer: '/sinks' });
  });
});

describe('sinks in safetensors', () => {
  const tensors = Object.entries({ query: [2, 1, 1], key: [2, 2, 1], value: [2, 2, 1] }).map(([name, shape]) => {
    const numbers = { query: [1, 1], key: [0, 1, 0, 1], value: [3, 5, 3, 5] }[name] ?? [];
    return { name, tensor: { dtype: 'float32', shape, data: Float32Array.from(numbers) } as const };
  });
  const sink = (shape: number[], data: Float32Array | Float64Array) => ({
    name: 'sinks',
    tensor:
      data instanceof Float64Array
        ? { dtype: 'float64' as const, shape, data }
        : { dtype: 'float32' as const, shape, data },
  });
  const send = (sinks: ReturnType<typeof sink>[], metadata: Record<string, string>) =>
    post(
      `${serving.url}/attention`,
      writeSafetensors([...tensors, ...sinks], { outputs: '["weights","lse","stats"]', ...metadata }),
      { ...JSON_TYPE, 'content-type': 'application/vnd.safetensors', accept: 'application/json' },
    );

  it.each([
    ['a tensor', [sink([2], Float32Array.of(0.5, -1))], {}, [0.5, -1]],
    ['a tensor of one number', [sink([1], Float64Array.of(2))], {}, [2, 2]],
    ['a tensor without dimensions', [sink([], Float32Array.of(2))], {}, [2, 2]],
    ['a tensor with −∞', [sink([2], Float32Array.of(NONE, 1))], {}, [NONE, 1]],
    ['a number among the options', [], { sinks: '0.5' }, [0.5, 0.5]],
    ['a list among the options', [], { sinks: '[1, "-Infinity"]' }, [1, NONE]],
    ['plain text among the options', [], { sinks: '-Infinity' }, [NONE, NONE]],
  ] as [string, ReturnType<typeof sink>[], Record<string, string>, [number, number]][])(
    'may be %s',
    async (_, sinks, metadata, heads) => {
      const answer = await send(sinks, metadata);
      expect(answer.status, await answer.clone().text()).toBe(200);
      expectHeads((await answer.json()) as Answer, heads);
    },
  );

  it.each([
    ['too many', [sink([3], new Float32Array(3))], {}, 'shape_mismatch'],
    ['+∞', [sink([2], Float32Array.of(0, Number.POSITIVE_INFINITY))], {}, 'not_finite'],
    ['NaN', [sink([2], Float32Array.of(Number.NaN, 0))], {}, 'not_finite'],
    ['a word', [], { sinks: 'none' }, 'invalid_tensor'],
    ['both a tensor and an option', [sink([1], Float32Array.of(1))], { sinks: '1' }, 'conflicting_options'],
  ] as [string, ReturnType<typeof sink>[], Record<string, string>, string][])(
    'are refused as %s',
    async (_, sinks, metadata, code) => {
      const answer = await send(sinks, metadata);
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ code });
    },
  );
});
