import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/codec/safetensors.ts';
import { availableKernels } from '../kernels/available.ts';
import { type RunningServer, startServer } from '../server.ts';
import {
  type CaseRequest,
  type CaseTensor,
  conformanceCases,
  coreTensor,
  firstDifference,
  requestOf,
} from './cases.ts';

/** A tensor of a case as nested JSON arrays. */
function nested({ shape, data }: CaseTensor): unknown {
  let level: unknown[] = data;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const size = shape[axis];
    level = Array.from({ length: level.length / size }, (_, i) => level.slice(i * size, (i + 1) * size));
  }
  return level;
}

function jsonBody({ tensors, options }: CaseRequest): string {
  return JSON.stringify({
    ...Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, nested(tensor)])),
    ...options,
  });
}

function safetensorsBody({ tensors, options }: CaseRequest): Uint8Array<ArrayBuffer> {
  const named = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor: coreTensor(tensor) }));
  const metadata = Object.entries(options).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Uint8Array.from(writeSafetensors(named, Object.fromEntries(metadata)));
}

/** Tensors of a safetensors answer, read by the rules of the format and not by our own reader. */
function readAnswer(bytes: ArrayBuffer): Record<string, { shape: number[]; data: number[] }> {
  const headerLength = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + headerLength)));
  const tensors: Record<string, { shape: number[]; data: number[] }> = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries<{
    dtype: string;
    shape: number[];
    data_offsets: number[];
  }>(header)) {
    if (name === '__metadata__') continue;
    expect(dtype).toBe('F32');
    const [from, to] = data_offsets.map((offset) => 8 + headerLength + offset);
    tensors[name] = { shape, data: [...new Float32Array(bytes.slice(from, to))] };
  }
  return tensors;
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

/** Scores after softcap are not an output: they follow from the scores, by their definition. */
function softcapped(scores: number[], { options }: CaseRequest): number[] {
  const softcap = Number(options.softcap);
  return scores.map((s) => softcap * Math.tanh(s / softcap));
}

/** What a server can be told to use: of the native paths it takes the fastest by itself. */
const kernels = availableKernels().map(({ name }) => name);
const [fastestNative, ...otherNative] = kernels.filter((name) => name.startsWith('native'));
const serverKernels = kernels.filter((name) => !otherNative.includes(name));

function environmentOf(kernel: string): Record<string, string> {
  if (kernel === fastestNative) return { KERNEL: 'native' };
  if (kernel === 'reference') return { KERNEL: 'reference' };
  return { KERNEL: 'wasm', RELAXED_SIMD: kernel === 'wasm-relaxed' ? 'auto' : 'off' };
}

describe.each(serverKernels)('a server with KERNEL of %s', (kernel) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(environmentOf(kernel));
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it('says that it uses it', async () => {
    const info = JSON.parse(await (await fetch(`${server.url}/info`)).text());
    expect(info.kernel.name).toBe(kernel);
  });

  it.each(conformanceCases)('answers $name in JSON', async (testCase) => {
    const request = requestOf(testCase);
    const answer = await fetch(server.url + request.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: jsonBody(request),
    });
    const body = JSON.parse(await answer.text());
    expect(answer.status, JSON.stringify(body)).toBe(200);
    for (const [name, want] of Object.entries(request.expected)) {
      const got = name === 'softcapped' ? body.scores : body[name];
      expect(shapeOf(got), `shape of ${name}`).toEqual(want.shape);
      const numbers = got.flat(9);
      expect(
        firstDifference(name === 'softcapped' ? softcapped(numbers, request) : numbers, want, testCase.tolerance),
        name,
      ).toBeUndefined();
    }
  });

  it.each(conformanceCases)('answers $name in safetensors', async (testCase) => {
    const request = requestOf(testCase);
    const answer = await fetch(server.url + request.path, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.safetensors' },
      body: safetensorsBody(request),
    });
    expect(answer.status, answer.ok ? '' : await answer.clone().text()).toBe(200);
    const tensors = readAnswer(await answer.arrayBuffer());
    for (const [name, want] of Object.entries(request.expected)) {
      const { shape, data } = tensors[name === 'softcapped' ? 'scores' : name];
      expect(shape, `shape of ${name}`).toEqual(want.shape);
      expect(
        firstDifference(name === 'softcapped' ? softcapped(data, request) : data, want, testCase.tolerance),
        name,
      ).toBeUndefined();
    }
  });
});
