import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { FP32, type Framed, framed, type SentInput } from '../framing.ts';
import { type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', maxElements: 100_000 });
});
afterAll(() => serving.app.close());

const numbers = [0.5, -1, 2, 0];
const inputs: SentInput[] = ['query', 'key', 'value'].map((name) => ({ name, shape: [2, 2], datatype: 'FP32' }));
const listed = inputs.map((input) => ({ ...input, data: numbers }));
const binary = inputs.map((input) => ({ ...input, bytes: FP32(...numbers) }));
const mask: SentInput = { name: 'attn_mask', shape: [2, 2], datatype: 'BOOL', bytes: Uint8Array.from([1, 0, 1, 1]) };
const lengths: SentInput = { name: 'key_lengths', shape: [1], datatype: 'INT64', bytes: new Uint8Array(8) };
const VALID = [
  { id: 'a', inputs: listed, outputs: [{ name: 'output' }, { name: 'lse', parameters: { binary_data: true } }] },
  { inputs: binary, parameters: { binary_data_output: true, scale: 0.5, window: '{"left": 1}' } },
  { inputs: [...binary, mask, lengths], outputs: [{ name: 'weights' }] },
  { inputs: [listed[0], binary[1], listed[2], mask] },
].map(framed);

/** A change of some bytes: replaced, cut out, or put in. */
const changes = fc.array(
  fc.record({
    at: fc.nat({ max: 2000 }),
    cut: fc.nat({ max: 4 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc
        .constantFrom(...['-', '9', '99999999', 'null', '[', ']', '{', '"', ',', '0', 'e9', '-1'])
        .map((text) => Buffer.from(text)),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

function changed({ body, headers }: Framed, edits: { at: number; cut: number; put: Uint8Array }[]): Framed {
  let bytes = [...body];
  for (const { at, cut, put } of edits) bytes = bytes.toSpliced(at % (bytes.length + 1), cut, ...put);
  return { body: Uint8Array.from(bytes), headers };
}

async function expectAnswered({ body, headers }: Framed): Promise<void> {
  const answer = await fetch(`${serving.url}/v2/models/attention/infer`, { method: 'POST', headers, body });
  const bytes = await answer.arrayBuffer();
  const text = new TextDecoder().decode(bytes);
  expect(answer.status, text).toBeLessThan(500);
  if (answer.ok) return;
  const told = JSON.parse(text);
  expect(Object.keys(told)).toEqual(['error']);
  expect(told.error.length).toBeGreaterThan(10);
}

describe('a valid frame that was changed', () => {
  test.prop([fc.constantFrom(...VALID), changes], { numRuns: 600 })(
    'is answered or refused with a sentence, whatever its bytes',
    async (frame, edits) => expectAnswered(changed(frame, edits)),
  );

  test.prop([fc.constantFrom(...VALID), fc.integer({ min: -100, max: 100 })], { numRuns: 100 })(
    'is answered or refused with a sentence, wherever its JSON is said to end',
    async ({ body, headers }, by) => {
      const length = Number(headers['Inference-Header-Content-Length'] ?? body.length) + by;
      await expectAnswered({ body, headers: { 'Inference-Header-Content-Length': String(length) } });
    },
  );

  const word = fc.oneof(
    fc.constantFrom('query', 'key', 'output', 'lse', 'FP32', 'BOOL', 'INT64', '__proto__', 'constructor', ''),
    fc.string({ maxLength: 5 }),
  );
  const anything = fc.oneof(
    { depthSize: 'small' },
    word,
    fc.jsonValue({ maxDepth: 3 }),
    fc.integer({ min: -3, max: 70_000 }),
    fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 5 }),
  );
  const member = fc.constantFrom('name', 'shape', 'datatype', 'parameters', 'data', '__proto__');
  const top = fc.constantFrom('id', 'inputs', 'outputs', 'parameters', '__proto__', 'model_name');
  test.prop(
    [
      fc.array(fc.tuple(fc.nat({ max: 2 }), member, anything), { maxLength: 3 }),
      fc.array(fc.tuple(top, anything), { maxLength: 2 }),
    ],
    {
      numRuns: 600,
    },
  )('is answered or refused with a sentence, whatever its members are', async (edits, tops) => {
    const entries = listed.map((input) => new Map<string, unknown>(Object.entries(input)));
    for (const [index, name, value] of edits) entries[index].set(name, value);
    const texts = entries.map(
      (entry) => `{${Array.from(entry, ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)}}`,
    );
    const others = tops.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`);
    const body = Uint8Array.from(Buffer.from(`{${others.join('')}"inputs":[${texts}]}`));
    await expectAnswered({ body, headers: {} });
  });
});
