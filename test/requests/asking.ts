/** POST /attention/text on this thread, from the bytes of the body to those of the answer. */
import { RequestError } from '../../src/errors.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { writeAnswer } from '../../src/requests/answer.ts';
import { RequestRunner } from '../../src/requests/request-runner.ts';
import { readTableFile, SMALL_TABLE } from '../../src/text/vectors/file.ts';
import { VectorTable } from '../../src/text/vectors/table.ts';
import { runStages } from '../kernels/run-stages.ts';

export interface Statistics {
  entropy: number[];
  effective_keys: number[];
  max_weight: number[];
  max_key: number[];
  mean_distance: number[];
}

export interface Pair {
  index: number;
  text: string;
  score: number;
  scaled: number;
  weight: number;
}

export interface Answer {
  tokens: { text: string; start: number; end: number; known: boolean; vector: string; relatives?: string[] }[];
  context_tokens?: { text: string; vector: string }[];
  weights: number[][];
  heads: {
    name: string;
    built_from: string;
    head_dim: number;
    links?: { token: number; looks_at: number; kind: string }[];
    weights: number[][];
    scores: number[][];
    masked_scores: number[][];
    output: number[][];
    stats: Statistics;
  }[];
  stats: Statistics;
  focus: {
    text: string;
    index: number;
    looks_at: { index: number; text: string; weight: number }[];
    heads: { name: string; max: number; sum: number; looks_at: Pair[] }[];
  };
  meta: Record<string, unknown>;
}

export const table = new VectorTable(readTableFile(SMALL_TABLE));
const limits = { maxElements: 2 ** 25, maxBodyBytes: 2 ** 26, maxOutputBytes: 2 ** 28 };

function runner(changes: Partial<typeof limits>): RequestRunner {
  return new RequestRunner({ kernel: createReferenceKernel(), limits: { ...limits, ...changes }, vectors: table });
}

export const jobOf = (body: unknown) => ({
  kind: 'text' as const,
  body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  contentType: 'application/json',
  accept: undefined,
});

export function ask(body: object, changes: Partial<typeof limits> = {}): Answer {
  const thread = runner(changes);
  const opened = thread.open(jobOf(body), []);
  if (opened.kind === 'answered') return JSON.parse(Buffer.concat(opened.pieces).toString());
  runStages(opened.stages, thread.shards);
  return JSON.parse(Buffer.concat(writeAnswer(opened.answer, 'copied').pieces).toString());
}

/** The fault that a request is refused for. */
export function refusal(body: unknown, changes: Partial<typeof limits> = {}): { code: string; pointer?: string } {
  try {
    runner(changes).open(jobOf(body), []);
  } catch (error) {
    if (error instanceof RequestError) return { code: error.code, pointer: error.pointer };
    throw error;
  }
  throw new Error('the request was not refused');
}
