import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Detail, StepName } from '../../src/attention/steps.ts';
import type { Plan, StepMessage } from '../../src/stream/protocol.ts';
import {
  type CaseRequest,
  type CaseTensor,
  conformanceCases,
  firstDifference,
  requestOf,
} from '../conformance/cases.ts';
import { type Serving, serve } from '../http/serving.ts';
import { type Client, dial } from './dial.ts';
import {
  farthest,
  fill,
  type Matrices,
  projected,
  rulesOf,
  scoresOf,
  sinkOf,
  softmaxOf,
  weighted,
} from './recompute.ts';

let serving: Serving;
let client: Client;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', workers: 2, streamMessageRate: 10_000 });
  client = await dial(serving.url);
});
afterAll(async () => {
  client.socket.close();
  await serving.app.close();
});

const kindOf = ({ path }: CaseRequest) => (path === '/attention' ? 'attention' : 'multi-head');

function bodyOf({ tensors, options }: CaseRequest): Record<string, unknown> {
  const flat = ({ shape, dtype, data }: CaseTensor) => ({ shape, dtype, data });
  return { ...Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, flat(tensor)])), ...options };
}

let runs = 0;

/** All steps of a request, and its plan. */
async function stepsOf(request: CaseRequest, detail: Detail): Promise<{ steps: StepMessage[]; plan: Plan }> {
  const id = `case-${runs++}`;
  client.messages.length = 0;
  client.send({ type: 'start', id, request: { kind: kindOf(request), ...bodyOf(request) }, detail, credits: 100_000 });
  await client.until(() => {
    const error = client.of('error')[0];
    if (error !== undefined) throw new Error(JSON.stringify(error.problem));
    return client.of('done')[0];
  });
  const [{ plan, run }] = client.of('started');
  const { steps } = client;
  expect(steps.map(({ seq }) => seq)).toEqual(Array.from({ length: plan.steps }, (_, i) => i + 1));
  client.send({ type: 'cancel', run });
  return { steps: [...steps], plan };
}

const numbersOf = (data: StepMessage['data']) => [data].flat(9).map(Number);

/** The numbers of all steps of one name, in order: [batch, head, row, column] whatever the detail. */
function matricesOf(name: StepName, { steps, plan }: { steps: StepMessage[]; plan: Plan }): Matrices {
  const { batch, heads, key_heads: keyHeads, queries, keys } = plan.sizes;
  const isKeys = name === 'k' || name === 'v';
  const data = steps.filter((step) => step.name === name).flatMap((step) => numbersOf(step.data));
  const size = { batch, heads: name === 'result' ? 1 : isKeys ? keyHeads : heads, rows: isKeys ? keys : queries };
  return { ...size, columns: data.length / (size.batch * size.heads * size.rows), data };
}

async function answerOf(request: CaseRequest): Promise<Record<string, { data: (number | string)[] }>> {
  const answer = await fetch(serving.url + request.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(request)),
  });
  expect(answer.status).toBe(200);
  return JSON.parse(await answer.text());
}

describe.each(['whole', 'head', 'row'] as const)('steps of detail %s', (detail) => {
  it.each(conformanceCases)('follow from one another, and agree with $name', async (testCase) => {
    const request = requestOf(testCase);
    const watched = await stepsOf(request, detail);
    const has = (name: StepName) => watched.plan.names.some((step) => step.name === name);
    const get = (name: StepName) => matricesOf(name, watched);
    const { scale, sizes } = watched.plan;
    const near = (name: StepName, want: Matrices) => expect(farthest(get(name), want), name).toBeUndefined();
    const rules = rulesOf(testCase, { heads: sizes.heads, rows: sizes.queries, keys: sizes.keys });

    near('attn_scores', scoresOf(get('q'), get('k')));
    let before = get('attn_scores');
    const next = (name: StepName, of: (score: number, b: number, h: number, i: number, j: number) => number) => {
      const last = before;
      near(
        name,
        fill(last, (b, h, i, j) =>
          of(last.data[((b * last.heads + h) * last.rows + i) * last.columns + j], b, h, i, j),
        ),
      );
      before = get(name);
    };
    next('scaled', (s) => scale * s);
    const softcap = Number(request.options.softcap ?? 0);
    expect(has('softcapped')).toBe(softcap > 0);
    if (softcap > 0) next('softcapped', (s) => softcap * Math.tanh(s / softcap));
    if (has('biased')) next('biased', (s, b, h, i, j) => s + rules.bias(b, h, i, j));
    if (has('masked')) next('masked', (s, b, h, i, j) => (rules.sees(b, h, i, j) ? s : Number.NEGATIVE_INFINITY));
    // A stage that is not shown changes nothing.
    const untouched = fill(
      before,
      (b, h, i, j) => (has('biased') ? 0 : rules.bias(b, h, i, j)) + (has('masked') || rules.sees(b, h, i, j) ? 0 : 1),
    );
    expect(untouched.data.every((x) => x === 0)).toBe(true);
    near('pattern', softmaxOf(before, sinksOf(request)));
    near('z', weighted(get('pattern'), get('v')));
    if (has('result'))
      near('result', projected(get('z'), request.tensors.out_proj_weight, request.tensors.out_proj_bias));

    const reference: Partial<Record<string, StepName>> = {
      scores: 'scaled',
      softcapped: has('softcapped') ? 'softcapped' : 'scaled',
      masked_scores: has('masked') ? 'masked' : has('biased') ? 'biased' : has('softcapped') ? 'softcapped' : 'scaled',
      ...(request.options.average_attn_weights !== true && { weights: 'pattern' as const }),
      output: has('result') ? 'result' : 'z',
    };
    for (const [name, want] of Object.entries(request.expected)) {
      const step = reference[name];
      if (step !== undefined) expect(firstDifference(get(step).data, want, testCase.tolerance), name).toBeUndefined();
    }
    // The very same numbers as the answer, not only near ones.
    const { output } = await answerOf(request);
    expect(get(has('result') ? 'result' : 'z').data).toEqual(output.data);
  });
});

describe('steps of detail tile', () => {
  it.each(conformanceCases)('walk the online softmax to the answer of $name', async (testCase) => {
    const request = requestOf(testCase);
    const { steps, plan } = await stepsOf(request, 'tile');
    const whole = await stepsOf(request, 'whole');
    const v = matricesOf('v', whole);
    const { heads, queries, value_dim: valueDim } = plan.sizes;
    const z = matricesOf('z', whole).data;
    let max: number[] = [];
    let sum: number[] = [];
    let sums: number[] = [];
    let scores: number[] = [];
    for (const step of steps) {
      if (step.rows === undefined) continue;
      const { batch = 0, head = 0, rows, name } = step;
      const got = numbersOf(step.data);
      const expectNear = (want: number[]) =>
        expect(farthest(row(got), row(want)), `${name} ${step.seq}`).toBeUndefined();
      if (name === 'z') {
        const seen = rows[1] - rows[0];
        const answer = Array.from(
          { length: seen * valueDim },
          (_, n) => z[((batch * heads + head) * queries + rows[0]) * valueDim + n],
        );
        expectNear(answer);
        // What the walk came to is the answer: accumulator / running_sum.
        if (sum.length > 0)
          expectNear(sums.map((x, n) => (sum[Math.floor(n / valueDim)] === 0 ? 0 : x / sum[Math.floor(n / valueDim)])));
        max = [];
        sum = [];
        sums = [];
        continue;
      }
      const [from, to] = step.tile?.keys ?? [0, 0];
      const keys = to - from;
      const count = rows[1] - rows[0];
      if (name === 'tile_scores') {
        scores = got;
        const start = max.length === 0;
        if (start) {
          const sink = sinkOf(sinksOf(request), head);
          max = new Array(count).fill(sink);
          sum = new Array(count).fill(sink === Number.NEGATIVE_INFINITY ? 0 : 1);
          sums = new Array(count * valueDim).fill(0);
        }
        for (let r = 0; r < count; r++) {
          const own = scores.slice(r * keys, (r + 1) * keys);
          const top = Math.max(max[r], ...own);
          const rescale = top === Number.NEGATIVE_INFINITY ? 1 : Math.exp(max[r] - top);
          const weights = own.map((s) => (top === Number.NEGATIVE_INFINITY ? 0 : Math.exp(s - top)));
          sum[r] = sum[r] * rescale + weights.reduce((a, b) => a + b, 0);
          const keyHead = Math.floor((head * v.heads) / heads);
          for (let x = 0; x < valueDim; x++) {
            const added = weights.reduce(
              (a, w, j) =>
                a + (w === 0 ? 0 : w * v.data[((batch * v.heads + keyHead) * v.rows + from + j) * v.columns + x]),
              0,
            );
            sums[r * valueDim + x] = sums[r * valueDim + x] * rescale + added;
          }
          max[r] = top;
        }
      }
      if (name === 'running_max') expectNear(max);
      if (name === 'running_sum') expectNear(sum);
      if (name === 'accumulator') expectNear(sums);
    }
  });
});

const sinksOf = ({ tensors }: CaseRequest) => tensors.sinks?.data.map(Number);

function row(data: number[]): Matrices {
  return { batch: 1, heads: 1, rows: 1, columns: data.length, data };
}
