import type { FloatProblem } from '../../attention/problem.ts';
import type { AttentionResult } from '../../attention/result.ts';
import { type AnswerValue, type Members, writeJsonMembers } from '../../codec/answer.ts';
import type { TextFormat } from '../../codec/media-type.ts';
import type { TensorForm } from '../../codec/tensor-request.ts';
import type { Floats, Tensor } from '../../tensor/tensor.ts';
import { focusOn } from '../../text/focus.ts';
import type { HeadName } from '../../text/heads/heads.ts';
import type { TokenLink } from '../../text/heads/links.ts';
import { averageOf, statisticsOf, type TokenStatistics } from '../../text/statistics.ts';
import type { VectorSource } from '../../text/word-vectors.ts';
import type { TextOutput } from './text-options.ts';
import { pictureOfText, printedText } from './text-view.ts';

/** A token as an answer shows it. */
export interface TokenLabel {
  id: number | null;
  text: string;
  start: number | null;
  end: number | null;
  source: VectorSource;
  relatives: readonly string[];
}

/** One head: what it was built from, and what it computed. */
export interface HeadAnswer {
  name: HeadName;
  builtFrom: string;
  links: readonly TokenLink[] | undefined;
  problem: FloatProblem;
  result: AttentionResult;
}

/** How an answer was computed, in its wire names. */
export interface TextMeta {
  kernel: string;
  preset: 'encoder' | 'decoder' | 'cross';
  tokenizer: string;
  vectors: string;
  positions: string;
  temperature: number;
  is_causal: boolean;
  exclude_self: boolean;
  /** [heads, tokens of text, tokens that are looked at] */
  shape: readonly number[];
}

/** All that is needed to write an answer over text once its heads are computed. */
export interface TextAnswer {
  kind: 'text';
  format: TextFormat;
  /** The text in short, and the one that it looks at, for the titles of tables and pictures. */
  subjects: readonly string[];
  form: TensorForm;
  outputs: readonly TextOutput[];
  tokens: readonly TokenLabel[];
  /** The tokens that are looked at, when they are of another text. */
  contextTokens: readonly TokenLabel[] | undefined;
  heads: readonly HeadAnswer[];
  /** The token whose attention is worked out. */
  focus: number | undefined;
  meta: TextMeta;
}

/** Numbers that writing the answer has to read or turn into text, about; statistics of the mean read as many. */
export function textAnswerNumbers({ format, heads, outputs }: TextAnswer): number {
  const [{ problem }] = heads;
  if (format !== 'json') return problem.queryLength * problem.keyLength * (heads.length + 1);
  const ofAll = outputs.filter((name) => name === 'weights' || name === 'stats').length;
  const ofEach = outputs.filter((name) => name === 'heads' || name === 'scores' || name === 'masked_scores').length;
  const vectors = outputs.includes('output') ? heads.length * problem.queryLength * problem.valueDim : 0;
  return problem.queryLength * problem.keyLength * (ofAll + ofEach * heads.length) + vectors;
}

/** Writes the answer in its format. */
export function writeTextAnswer(answer: TextAnswer): Uint8Array[] {
  if (answer.format === 'json') return writeJson(answer);
  return [Buffer.from(answer.format === 'text' ? printedText(answer) : pictureOfText(answer))];
}

function writeJson(answer: TextAnswer): Uint8Array[] {
  const { tokens, contextTokens, heads, focus, meta, outputs } = answer;
  const [{ problem }] = heads;
  const { queryLength, keyLength } = problem;
  const members: Members = new Map();
  members.set('tokens', { json: tokens.map(wireToken) });
  if (contextTokens !== undefined) members.set('context_tokens', { json: contextTokens.map(wireToken) });

  const perHead = heads.map(({ result }) => result.weights).filter((weights) => weights !== undefined);
  const average = perHead.length > 0 ? averageOf(perHead) : undefined;
  if (average !== undefined && outputs.includes('weights')) {
    members.set('weights', floats([queryLength, keyLength], average));
  }
  members.set(
    'heads',
    heads.map((head) => headMembers(head, outputs)),
  );
  if (average !== undefined && outputs.includes('stats')) {
    members.set('stats', statisticsMembers(statisticsOf(average, keyLength)));
  }
  if (average !== undefined && focus !== undefined) {
    const keys = contextTokens ?? tokens;
    members.set('focus', { json: { text: tokens[focus].text, ...focusOn(focus, { average, heads, keys }) } });
  }
  members.set('meta', { json: meta });
  return writeJsonMembers(members, answer.form);
}

function wireToken({ id, text, start, end, source, relatives }: TokenLabel, index: number): object {
  const known = source === 'table' || source === 'given' || source === 'dictionary';
  return {
    index,
    ...(id !== null && { id }),
    text,
    start,
    end,
    known,
    vector: source,
    ...(relatives.length > 0 && { relatives }),
  };
}

function headMembers({ name, builtFrom, links, problem, result }: HeadAnswer, outputs: readonly TextOutput[]): Members {
  const { queryLength, keyLength, valueDim, headDim, scale } = problem;
  const members: Members = new Map<string, AnswerValue>([
    ['name', { json: name }],
    ['built_from', { json: builtFrom }],
    ['head_dim', { json: headDim }],
    ['scale', { json: scale }],
  ]);
  if (links !== undefined) {
    members.set('links', { json: links.map(({ token, looksAt, kind }) => ({ token, looks_at: looksAt, kind })) });
  }
  const matrix = (member: string, data: Floats | undefined) => {
    if (data !== undefined) members.set(member, floats([queryLength, keyLength], data));
  };
  if (outputs.includes('heads')) matrix('weights', result.weights);
  if (outputs.includes('scores')) matrix('scores', result.scores);
  if (outputs.includes('masked_scores')) matrix('masked_scores', result.maskedScores);
  if (outputs.includes('output')) members.set('output', floats([queryLength, valueDim], result.output.data));
  if (result.stats !== undefined) {
    const { entropy, maxWeight, maxKey, distance } = result.stats;
    const effectiveKeys = entropy.map((nats, row) => (result.sum[row] === 0 ? 0 : Math.exp(nats)));
    members.set('stats', statisticsMembers({ entropy, effectiveKeys, maxWeight, maxKey, distance }));
  }
  return members;
}

function statisticsMembers({ entropy, effectiveKeys, maxWeight, maxKey, distance }: TokenStatistics): Members {
  const perToken = (data: ArrayLike<number>) => floats([data.length], Float32Array.from(data));
  return new Map([
    ['entropy', perToken(entropy)],
    ['effective_keys', perToken(effectiveKeys)],
    ['max_weight', perToken(maxWeight)],
    ['max_key', perToken(maxKey)],
    ['mean_distance', perToken(distance)],
  ]);
}

function floats(shape: readonly number[], data: Floats): Tensor {
  return data instanceof Float64Array ? { dtype: 'float64', shape, data } : { dtype: 'float32', shape, data };
}
