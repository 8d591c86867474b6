/** What the stream says of one row: each step from query and keys to what is read. */
import { type Plan, SpotlightError, type TypedAnswerTensor } from 'spotlight-client';
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

/**
 * Watches a run of the request, of which only this row is computed; once that is there, or no longer wanted, the run ends.
 * What is left behind by a page that is closed meanwhile the service ends or lets go, see docs/stream.md.
 */
export async function rowStepsOf({ request, head, row }: RowQuestion, signal: AbortSignal): Promise<RowSteps> {
  const only = { steps: [...STEPS], heads: [head], rows: [row] };
  const stream = service.stream({ kind: 'text', ...request }, { detail: 'row', only, tensors: 'typed' });
  const end = () => {
    // Its steps would be kept for others, and nobody else has its link.
    stream.cancel();
    void stream.return();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const { plan } = await stream.started;
    const count = STEPS.filter((step) => plan.names.some(({ name }) => name === step)).length;
    const seen = new Map<string, Float32Array>();
    for await (const { name, data } of stream) {
      seen.set(name, floats(data));
      if (seen.size < count) continue;
      end();
      break;
    }
    return stepsOf({ request, head, row }, seen, plan.words);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/** @throws SpotlightError `bad_answer` when a step is not there */
export function stepsOf(
  { request, head, row }: RowQuestion,
  seen: ReadonlyMap<string, Float32Array>,
  words: Plan['words'],
): RowSteps {
  const step = (name: (typeof STEPS)[number]) => {
    const numbers = seen.get(name);
    if (numbers === undefined) throw new SpotlightError('bad_answer', `The run has no step ${name} of row ${row}.`);
    return numbers;
  };
  if (words === undefined) throw new SpotlightError('bad_answer', 'The run does not tell the words of its text.');
  const { tokens, context = tokens } = words;
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
