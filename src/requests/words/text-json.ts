import { effectiveKeys } from '../../attention/statistics.ts';
import { type AnswerValue, type Members, writeJsonMembers } from '../../codec/answer.ts';
import { type Floats, floatTensor } from '../../tensor/tensor.ts';
import { focusOn } from '../../text/focus.ts';
import { averageOf, statisticsOfWeights, type TokenStatistics } from '../../text/statistics.ts';
import type { HeadAnswer, TextAnswer, TokenLabel } from './text-answer.ts';
import type { TextOutput } from './text-options.ts';

/** Writes the answer in JSON. */
export function writeTextJson(answer: TextAnswer): Uint8Array[] {
  const { tokens, contextTokens, heads, focus, meta, outputs } = answer;
  const [{ problem }] = heads;
  const { queryLength, keyLength } = problem;
  const members: Members = new Map();
  members.set('tokens', { json: tokens.map(wireToken) });
  if (contextTokens !== undefined) members.set('context_tokens', { json: contextTokens.map(wireToken) });

  const perHead = heads.map(({ result }) => result.weights).filter((weights) => weights !== undefined);
  const average = perHead.length > 0 ? averageOf(perHead) : undefined;
  if (average !== undefined && outputs.includes('weights')) {
    members.set('weights', floatTensor([queryLength, keyLength], average));
  }
  members.set(
    'heads',
    heads.map((head) => headMembers(head, outputs)),
  );
  if (average !== undefined && outputs.includes('stats')) {
    members.set('stats', statisticsMembers(statisticsOfWeights(average, keyLength)));
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
    if (data !== undefined) members.set(member, floatTensor([queryLength, keyLength], data));
  };
  if (outputs.includes('heads')) matrix('weights', result.weights);
  if (outputs.includes('scores')) matrix('scores', result.scores);
  if (outputs.includes('masked_scores')) matrix('masked_scores', result.maskedScores);
  if (outputs.includes('output')) members.set('output', floatTensor([queryLength, valueDim], result.output.data));
  if (result.stats !== undefined) {
    const { entropy, maxWeight, maxKey, distance } = result.stats;
    members.set(
      'stats',
      statisticsMembers({ entropy, effectiveKeys: effectiveKeys(result.stats), maxWeight, maxKey, distance }),
    );
  }
  return members;
}

function statisticsMembers({ entropy, effectiveKeys, maxWeight, maxKey, distance }: TokenStatistics): Members {
  const perToken = (data: ArrayLike<number>) => floatTensor([data.length], Float32Array.from(data));
  return new Map([
    ['entropy', perToken(entropy)],
    ['effective_keys', perToken(effectiveKeys)],
    ['max_weight', perToken(maxWeight)],
    ['max_key', perToken(maxKey)],
    ['mean_distance', perToken(distance)],
  ]);
}
