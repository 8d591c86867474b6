/** The conformance vectors by the Open Inference Protocol, in both of its forms. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FP32, framed, infer, type SentInput } from '../http/framing.ts';
import { type RunningServer, startServer } from '../server.ts';
import { type CaseRequest, type CaseTensor, conformanceCases, firstDifference, requestOf } from './cases.ts';

const MODELS: Record<string, string> = {
  '/attention': 'attention',
  '/attention/multi-head': 'multi-head-attention',
};

const asBytes = ({ dtype, data }: CaseTensor) =>
  dtype === 'bool' ? Uint8Array.from(data, Number) : FP32(...data.map(Number));

function inputOf([name, tensor]: [string, CaseTensor], isBinary: boolean): SentInput {
  const { shape, dtype, data } = tensor;
  const about = { name, shape, datatype: dtype === 'bool' ? 'BOOL' : 'FP32' };
  return isBinary ? { ...about, bytes: asBytes(tensor) } : { ...about, data };
}

/** Options as parameters: numbers, texts, true and false as they are, all else as JSON. */
function parametersOf({ options }: CaseRequest): Record<string, unknown> {
  const entries = Object.entries(options).filter(([name, value]) => name !== 'outputs' && value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}

/** Scores after softcap are not an output: they follow from the scores, by their definition. */
const outputOf = (name: string) => (name === 'softcapped' ? 'scores' : name);

describe('a model of the Open Inference Protocol', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  describe.each(['JSON', 'bytes'])('with tensors in %s', (form) => {
    it.each(conformanceCases)('answers $name', async (testCase) => {
      const request = requestOf(testCase);
      const isBinary = form === 'bytes';
      const inputs = Object.entries(request.tensors).map((entry) => inputOf(entry, isBinary));
      const { need_weights: _, ...parameters } = parametersOf(request);
      const outputs = Object.keys(request.expected).map((name) => ({
        name: outputOf(name),
        parameters: { binary_data: isBinary },
      }));
      const answer = await infer(server.url, framed({ parameters, inputs, outputs }), MODELS[request.path]);
      expect(answer.status, JSON.stringify(answer.json)).toBe(200);
      for (const [name, want] of Object.entries(request.expected)) {
        const { shape, data } = answer.outputs[outputOf(name)];
        expect(shape, `shape of ${name}`).toEqual(want.shape);
        const softcap = Number(request.options.softcap);
        const got = name === 'softcapped' ? data.map((s) => softcap * Math.tanh(s / softcap)) : data;
        expect(firstDifference(got, want, testCase.tolerance), name).toBeUndefined();
      }
    });
  });
});
