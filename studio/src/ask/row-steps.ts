/** What the stream says of one row: each step from query and keys to what is read. */
import type { TypedAnswerTensor } from 'spotlight-client';
import type { HeadName } from '../state/state.ts';
import type { RowQuestion } from './row-request.ts';
import { service } from './service.ts';

export interface RowSteps {
  row: number;
  head: HeadName;
  /** The words that look, and those that are looked at. */
  queryWords: readonly string[];
  keyWords: readonly string[];
  temperature: number;
  /** [head_dim] */
  query: Float32Array;
  /** [Lk, head_dim] and [Lk, value_dim], row by row. */
  keys: Float32Array;
  values: Float32Array;
  /** [Lk]: q·kᵀ, times the scale, plus what distance takes off, −∞ where a key is hidden, and softmax. */
  scores: Float32Array;
  scaled: Float32Array;
  /** Undefined where the run has no such step. */
  biased: Float32Array | undefined;
  masked: Float32Array | undefined;
  pattern: Float32Array;
  /** [value_dim]: pattern · v. */
  output: Float32Array;
}

const STEPS = ['q', 'k', 'v', 'attn_scores', 'scaled', 'biased', 'masked', 'pattern', 'z'] as const;

/** Watches a run of the request, of which only this row is computed. */
export async function rowStepsOf({ request, head, row }: RowQuestion, signal: AbortSignal): Promise<RowSteps> {
  const stream = service.stream(
    { kind: 'text', ...request },
    { detail: 'row', only: { steps: [...STEPS], heads: [head], rows: [row] }, tensors: 'typed', signal },
  );
  const seen = new Map<string, Float32Array>();
  for await (const { name, data } of stream) seen.set(name, floats(data));
  const { plan } = await stream.started;
  const step = (name: (typeof STEPS)[number]) => {
    const numbers = seen.get(name);
    if (numbers === undefined) throw new Error(`the run has no step ${name} of row ${row}`);
    return numbers;
  };
  if (plan.words === undefined) throw new Error('a run of a text tells its words');
  const { tokens, context = tokens } = plan.words;
  return {
    row,
    head: request.heads[head],
    queryWords: tokens,
    keyWords: context,
    temperature: request.temperature,
    query: step('q'),
    keys: step('k'),
    values: step('v'),
    scores: step('attn_scores'),
    scaled: step('scaled'),
    biased: seen.get('biased'),
    masked: seen.get('masked'),
    pattern: step('pattern'),
    output: step('z'),
  };
}

const floats = ({ data }: TypedAnswerTensor) => (data instanceof Float32Array ? data : Float32Array.from(data));
