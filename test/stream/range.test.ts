import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';
import { type Client, dial } from './dial.ts';

let serving: Serving;
let client: Client;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  client = await dial(serving.url);
});
afterAll(async () => {
  client.socket.close();
  await serving.app.close();
});

let runs = 0;
/** The numbers of all steps of a request by their names, one behind the other. */
async function stepsOf(request: object, detail: string, own = client): Promise<Record<string, unknown[]>> {
  const id = `r${runs++}`;
  own.send({ type: 'start', id, request: { kind: 'attention', ...request }, detail, credits: 1000 });
  await own.until(() => {
    const error = own.of('error').find((message) => message.id === id);
    if (error !== undefined) throw new Error(JSON.stringify(error.problem));
    return own.of('done').find((message) => message.id === id);
  });
  const shown: Record<string, unknown[]> = {};
  for (const step of own.steps.filter((message) => message.id === id)) {
    shown[step.name] = [...(shown[step.name] ?? []), ...[step.data].flat(9).map(read)];
  }
  return shown;
}

/** A text of a float32 reads back to it as one. */
function read(element: unknown): unknown {
  const isFloat32 = typeof element === 'number' && Number.isFinite(Math.fround(element));
  return isFloat32 ? Math.fround(element) : element;
}

/** Powers of two are the same in float32 and float64, and so are their products: all numbers below are exact. */
const [BIG, PRODUCT] = [2 ** 70, 2 ** 140];

describe.each(['whole', 'head', 'row'])('steps of detail %s whose numbers float32 cannot hold', (detail) => {
  it('show those of float64, above and below, and −∞ only for what is hidden', async () => {
    const query = [[BIG]];
    const key = [[BIG], [-BIG], [1]];
    const hidden = { query, key, value: [[3], [5], [7]], scale: 2 ** -130, attn_mask: [[true, true, false]] };
    const { attn_scores, scaled, masked, pattern, z } = await stepsOf(hidden, detail);
    expect({ attn_scores, scaled }).toEqual({
      attn_scores: [PRODUCT, -PRODUCT, BIG],
      scaled: [2 ** 10, -(2 ** 10), 2 ** -60],
    });
    expect({ masked, pattern, z }).toEqual({
      masked: [2 ** 10, -(2 ** 10), '-Infinity'],
      pattern: [1, 0, 0],
      z: [3],
    });
  });

  it('show the sum of a score and a mask', async () => {
    const request = { query: [[2 ** 63]], key: [[2 ** 64], [1]], value: [[3], [5]], scale: 1 };
    const { biased, z } = await stepsOf({ ...request, attn_mask: [[2 ** 127, 0]] }, detail);
    expect({ biased, z }).toEqual({ biased: [2 ** 128, 2 ** 63], z: [3] });
  });
});

describe('tiles whose numbers float32 cannot hold', () => {
  it('show the accumulator of float64', async () => {
    const values = [[2 ** 127], [2 ** 127], [2 ** 127], [2 ** 127]];
    const request = { query: [[0]], key: [[1], [1], [1], [1]], value: values };
    const { accumulator, running_sum, z } = await stepsOf(request, 'tile');
    expect({ accumulator, running_sum, z }).toEqual({
      accumulator: [2 ** 127, 2 ** 128, 3 * 2 ** 127, 2 ** 129],
      running_sum: [1, 2, 3, 4],
      z: [2 ** 127],
    });
  });

  it('show scores and the largest of them', async () => {
    const request = { query: [[BIG]], key: [[BIG], [1]], value: [[3], [5]], scale: 1 };
    const { tile_scores, running_max, rescale } = await stepsOf(request, 'tile');
    expect({ tile_scores, running_max, rescale }).toEqual({
      tile_scores: [PRODUCT, BIG],
      running_max: [PRODUCT, PRODUCT],
      rescale: [0, 1],
    });
  });
});

describe('a step whose numbers float32 cannot hold', () => {
  it('is of float64 when it is large, too', async () => {
    const rows = Array.from({ length: 100 }, () => [BIG]);
    const { attn_scores, scaled } = await stepsOf({ query: rows, key: rows, value: rows, scale: 2 ** -140 }, 'whole');
    expect(attn_scores).toEqual(new Array(10_000).fill(PRODUCT));
    expect(scaled).toEqual(new Array(10_000).fill(1));
  });

  it('says in its binary frame that it is float64', async () => {
    const binary = await dial(serving.url, { encoding: 'binary' });
    const request = { query: [[BIG]], key: [[BIG], [1]], value: [[3], [5]], scale: 2 ** -140 };
    await stepsOf(request, 'whole', binary);
    const frames = binary.frames.map(({ seq, dtype, data }) => [binary.steps[seq - 1].name, dtype, ...data]);
    expect(frames).toContainEqual(['attn_scores', 'float64', PRODUCT, BIG]);
    expect(frames).toContainEqual(['scaled', 'float32', 1, 2 ** -70]);
    binary.socket.close();
  });
});

describe('padding', () => {
  it.each(['float32', 'float64'])('shows in no step, whatever it holds: %s', async (precision) => {
    const filmOf = (garbage: number) => {
      const [query, key, value] = [1, 2, 3].map((x) => [[x], [garbage]]);
      return stepsOf({ query, key, value, key_lengths: [1], query_lengths: [1], precision }, 'whole');
    };
    const clean = await filmOf(0);
    expect(clean).toMatchObject({ q: [1, 0], attn_scores: [2, 0, 0, 0], pattern: [1, 0, 0, 0], z: [3, 0] });
    const largest = precision === 'float64' ? 2 ** 1000 : 2 ** 127;
    for (const garbage of [largest, -largest]) expect(await filmOf(garbage)).toEqual(clean);
  });
});

describe('a step whose numbers float64 cannot hold', () => {
  it.each(['whole', 'tile'])('ends the run, and the problem says which: detail %s', async (detail) => {
    // The score of the first key leaves float64, and a mask hides it: there is an answer, and there are steps before it.
    const scores = { query: [[2 ** 1000]], key: [[2 ** 1000], [1]], value: [[3], [5]], attn_mask: [[false, true]] };
    const sums = { query: [[0]], key: [[1], [1]], value: [[2 ** 1023], [2 ** 1023]], scale: 1 };
    const id = `f${runs++}`;
    const request = { kind: 'attention', ...(detail === 'whole' ? scores : sums), precision: 'float64' };
    client.send({ type: 'start', id, request, detail, credits: 100 });
    const { problem } = await client.first('error', id);
    expect(problem.code).toBe('overflow');
    expect(problem.detail).toContain(detail === 'whole' ? 'attn_scores' : 'accumulator');
    const before = client.steps.filter((step) => step.id === id).map(({ name }) => name);
    expect(before.slice(0, 3).sort()).toEqual(['k', 'q', 'v']);
    const { run } = await client.first('started', id);
    const document = await (await fetch(`${serving.url}/runs/${run}`)).json();
    expect(document).toMatchObject({ state: 'failed', problem: { code: 'overflow', detail: problem.detail } });
  });
});
