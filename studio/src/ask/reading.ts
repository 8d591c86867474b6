/** What a sentence looks like to the service: who looks at whom, in numbers. */
import { bytesOf } from '../files/base64.ts';
import type { HeadName } from '../state/state.ts';
import type { SentenceRequest } from './sentence-request.ts';

export interface Weights {
  rows: number;
  columns: number;
  /** Row by row: values[row · columns + column]. */
  values: Float32Array;
}

/** For each word that looks. */
export interface RowStatistics {
  /** In nats. */
  entropy: Float32Array;
  /** e^entropy: as if it read so many words. */
  effectiveKeys: Float32Array;
  meanDistance: Float32Array;
}

export interface Head {
  name: HeadName;
  /** What its queries and keys are, in a sentence. */
  builtFrom: string;
  weights: Weights;
  statistics: RowStatistics;
}

export type Indents = readonly (number | undefined)[];

export interface Reading {
  /** The words that look. */
  queries: readonly string[];
  /** The words that are looked at: the same, but in cross-attention. */
  keys: readonly string[];
  isCross: boolean;
  /** Of each word that begins a line of its text: behind how many spaces; undefined of all others. */
  queryIndents: Indents;
  keyIndents: Indents;
  heads: readonly Head[];
  /** Over all heads that were asked for. */
  mean: { weights: Weights; statistics: RowStatistics };
  /** Whether a word cannot be seen, as the future or oneself. */
  isHidden(query: number, key: number): boolean;
}

/** With the question that it answers: the state may be of another one by now. */
export interface AskedReading extends Reading {
  asked: SentenceRequest;
}

/** A tensor of an answer, in base64. */
interface Packed {
  shape: number[];
  dtype: 'float32' | 'float64';
  data: string;
}

interface PackedToken {
  text: string;
  /** In UTF-16 code units. */
  start: number | null;
  end: number | null;
}

/** The part of an answer that is read. */
interface PackedAnswer {
  tokens: PackedToken[];
  context_tokens?: PackedToken[] | undefined;
  weights: Packed;
  stats: PackedStatistics;
  heads: { name: HeadName; built_from: string; weights: Packed; stats: PackedStatistics }[];
  meta: { is_causal: boolean; exclude_self: boolean };
}

interface PackedStatistics {
  entropy: Packed;
  effective_keys: Packed;
  mean_distance: Packed;
}

export function readingOf(answer: PackedAnswer, asked: { text: string; context?: string | undefined }): Reading {
  const { tokens, context_tokens, weights, stats, heads, meta } = answer;
  const queries = tokens.map(({ text }) => text);
  const queryIndents = indentsOf(tokens, asked.text);
  return {
    queries,
    keys: context_tokens?.map(({ text }) => text) ?? queries,
    isCross: context_tokens !== undefined,
    queryIndents,
    keyIndents: context_tokens ? indentsOf(context_tokens, asked.context ?? '') : queryIndents,
    heads: heads.map((head) => ({
      name: head.name,
      builtFrom: head.built_from,
      weights: weightsOf(head.weights),
      statistics: statisticsOf(head.stats),
    })),
    mean: { weights: weightsOf(weights), statistics: statisticsOf(stats) },
    isHidden: (query, key) => (meta.is_causal && key > query) || (meta.exclude_self && key === query),
  };
}

/** What stands between two words says whether a line ends there. */
function indentsOf(tokens: readonly PackedToken[], text: string): Indents {
  return tokens.map(({ start }, i) => {
    const before = i === 0 ? 0 : tokens[i - 1].end;
    if (start === null || before === null) return undefined;
    const between = text.slice(before, start);
    const end = between.lastIndexOf('\n');
    return end < 0 ? undefined : between.length - end - 1;
  });
}

function weightsOf(packed: Packed): Weights {
  const [rows, columns] = packed.shape;
  return { rows, columns, values: unpacked(packed) };
}

function statisticsOf({ entropy, effective_keys, mean_distance }: PackedStatistics): RowStatistics {
  return {
    entropy: unpacked(entropy),
    effectiveKeys: unpacked(effective_keys),
    meanDistance: unpacked(mean_distance),
  };
}

/** The numbers of base64, little-endian as the machines that pages run on. */
function unpacked({ data, dtype }: Packed): Float32Array {
  const { buffer } = bytesOf(data);
  return dtype === 'float64' ? Float32Array.from(new Float64Array(buffer)) : new Float32Array(buffer);
}
