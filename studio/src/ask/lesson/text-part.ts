/** A request over words and its answer → what the lesson shows. */
import { HEADS, START, type State, VECTORS } from '../../state/state.ts';
import type { Reading, RowStatistics } from '../reading.ts';
import type { TextAnswer, TextQuestion } from './asked.ts';
import { listOf, matricesOf } from './numbers.ts';
import type { FocusSteps, TextPart } from './part.ts';

/** @param row the word to show where the request has no focus */
export function textPart({ name, body }: TextQuestion, answer: TextAnswer, row: number): TextPart {
  const { tokens, focus, meta } = answer;
  return {
    is: 'text',
    name,
    title: name.replaceAll('_', ' '),
    text: body.text,
    reading: readingOf(answer),
    starts: tokens.map(({ start }) => start),
    isCode: meta.tokenizer === 'code',
    row: focus?.index ?? row,
    steps: stepsOf(answer),
    temperature: meta.temperature,
    inSentence: inSentence(body, answer, focus?.index ?? row),
  };
}

function readingOf({ tokens, context_tokens, weights, stats, heads, meta }: TextAnswer): Reading {
  const queries = tokens.map(({ text }) => text);
  return {
    queries,
    keys: context_tokens?.map(({ text }) => text) ?? queries,
    // Code stands as it was written, see code-lines.ts.
    queryIndents: [],
    keyIndents: [],
    isCross: context_tokens !== undefined,
    heads: heads.map((head) => ({
      name: head.name,
      builtFrom: head.built_from,
      weights: matricesOf(head.weights)[0],
      statistics: statisticsOf(head.stats),
    })),
    mean: { weights: matricesOf(weights)[0], statistics: statisticsOf(stats) },
    isHidden: (query, key) => (meta.is_causal && key > query) || (meta.exclude_self && key === query),
  };
}

function statisticsOf(stats: TextAnswer['stats']): RowStatistics {
  return {
    entropy: listOf(stats?.entropy),
    effectiveKeys: listOf(stats?.effective_keys),
    meanDistance: listOf(stats?.mean_distance),
  };
}

function stepsOf({ focus }: TextAnswer): FocusSteps | undefined {
  if (focus === undefined || focus.heads.length !== 1) return undefined;
  const [{ max, sum, looks_at }] = focus.heads;
  return { row: focus.index, max, sum, words: looks_at };
}

/** What the sentence view has to be set to; what is not said is as at its start. The page of the lesson stays open behind it. */
function inSentence(body: TextQuestion['body'], { heads, meta }: TextAnswer, row: number): Partial<State> {
  const { combine, direction } = START;
  const names = heads.map(({ name }) => name);
  return {
    view: 'sentence',
    text: body.text,
    context: body.context ?? START.context,
    mode: body.context !== undefined ? 'cross' : meta.is_causal ? 'causal' : 'self',
    vectors: VECTORS.find((known) => known === meta.vectors) ?? START.vectors,
    heads: HEADS.filter((head) => names.includes(head)),
    temperature: meta.temperature,
    excludeSelf: body.context !== undefined ? START.excludeSelf : meta.exclude_self,
    locked: [row],
    combine,
    direction,
    pair: undefined,
  };
}
