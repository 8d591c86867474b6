/** Requests in safetensors, whole and in parts, each computed on this thread. */

import { safetensorsHead } from '../../src/codec/safetensors.ts';
import { readHeader } from '../../src/codec/safetensors-header.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { writeAnswer } from '../../src/requests/answer.ts';
import type { ComputeRequest } from '../../src/requests/request.ts';
import { RequestRunner } from '../../src/requests/request-runner.ts';
import type { SpreadNote } from '../../src/requests/spread-note.ts';
import { cutWhole } from '../../src/spread/cut.ts';
import { type Gathering, gatherAnswer, gatherSplits, mergingOf } from '../../src/spread/gathering.ts';
import type { Cut, Part } from '../../src/spread/part.ts';
import { partFile } from '../../src/spread/part-file.ts';
import { type NotSpread, readWhole, type Whole } from '../../src/spread/whole.ts';
import { runStages } from '../kernels/run-stages.ts';
import { table } from '../requests/asking.ts';

export const limits = { maxElements: 2 ** 24, maxBodyBytes: 2 ** 28, maxOutputBytes: 2 ** 28 };
export const SAFETENSORS = 'application/vnd.safetensors';

export interface FileTensor {
  name: string;
  dtype: string;
  shape: readonly number[];
  data: Uint8Array;
}

/** A safetensors file, its tensors in the order given. */
export function fileOf(tensors: readonly FileTensor[], metadata: Record<string, string>): Uint8Array {
  const outlines = tensors.map(({ data, ...about }) => ({ ...about, bytes: data.byteLength }));
  return Uint8Array.from(Buffer.concat([safetensorsHead(outlines, metadata), ...tensors.map(({ data }) => data)]));
}

/** What a kernel answers to a request. @throws RequestError */
export function computed(request: ComputeRequest, kernel: Kernel): Uint8Array {
  const runner = new RequestRunner({ kernel, limits, vectors: table });
  const opened = runner.open(request, []);
  if (opened.kind === 'answered') return Uint8Array.from(Buffer.concat(opened.pieces));
  runStages(opened.stages, runner.shards);
  return Uint8Array.from(Buffer.concat(writeAnswer(opened.answer, 'copied').pieces));
}

export const asked = (body: Uint8Array, spread?: SpreadNote) => {
  return { kind: 'attention' as const, body, contentType: SAFETENSORS, accept: undefined, spread };
};

export function wholeOf(body: Uint8Array): Whole | NotSpread {
  const headBytes = 8 + Number(new DataView(body.buffer, body.byteOffset).getBigUint64(0, true));
  // Beyond the header as much as options are.
  const head = body.subarray(0, headBytes + 1024);
  return readWhole({ head, bodyBytes: body.length, contentType: SAFETENSORS, accept: undefined }, limits);
}

/** The body of the request that a part is. */
export function partBody(body: Uint8Array, whole: Whole, cut: Cut, part: Part): Uint8Array {
  const file = partFile(whole, part, cut.by);
  if ('why' in file) throw new Error(file.why);
  return Uint8Array.from(Buffer.concat([file.head, ...file.ranges.map(([start, end]) => body.subarray(start, end))]));
}

/** The answer that parts make together, each computed by itself; the cut tells how. */
export function spreadAnswer(
  body: Uint8Array,
  { kernel, wanted, note }: { kernel: Kernel; wanted: number; note: SpreadNote },
): { answer: Uint8Array; cut: Cut } | NotSpread {
  const whole = wholeOf(body);
  if ('why' in whole) return whole;
  const cut = cutWhole(whole, { shardCost: kernel.shardCost, wanted });
  if ('why' in cut) return cut;
  const part = { grid: cut.grid, hasSomeKeys: cut.by === 'keys' };
  const answers = cut.parts.map((each) => computed({ ...asked(partBody(body, whole, cut, each)), part }, kernel));
  if (cut.by !== 'keys') return { answer: gathered(gatherAnswer(whole, kernel.name, note), cut, answers), cut };
  const merging = mergingOf(whole, cut, note);
  const splits = gathered(gatherSplits(whole, cut), cut, answers);
  return { answer: computed({ ...asked(splits), kind: 'merge', merging }, kernel), cut };
}

function gathered(gathering: Gathering, { parts }: Cut, answers: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(gathering.bytes);
  whole.set(gathering.head);
  for (const [i, part] of parts.entries()) {
    const { entries } = readHeader(answers[i]);
    for (const { tensor, ranges } of gathering.targets(part)) {
      let at = entries.find(({ name }) => name === tensor)?.start ?? Number.NaN;
      for (const [start, end] of ranges) {
        whole.set(answers[i].subarray(at, at + end - start), start);
        at += end - start;
      }
    }
  }
  return whole;
}
