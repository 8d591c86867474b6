import { pointerTo, RequestError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';

/** Words of other libraries, what serves in their place, and how. */
const INSTEAD: readonly { words: readonly string[]; serves: string; how: string }[] = [
  {
    words: ['key_padding_mask'],
    serves: 'key_lengths',
    how: 'padding is hidden by key_lengths, or by an attn_mask of shape [B, 1, 1, S] in which true = may attend',
  },
  { words: ['q', 'Q', 'queries'], serves: 'query', how: 'queries are query' },
  { words: ['k', 'K', 'keys'], serves: 'key', how: 'keys are key' },
  { words: ['v', 'V', 'values'], serves: 'value', how: 'values are value' },
  { words: ['mask', 'attention_mask', 'attn_bias'], serves: 'attn_mask', how: 'masks and biases are attn_mask' },
  { words: ['causal'], serves: 'is_causal', how: 'a causal mask is is_causal' },
  { words: ['sm_scale', 'softmax_scale', 'scale_factor'], serves: 'scale', how: 'the factor of the scores is scale' },
  { words: ['window_size', 'sliding_window'], serves: 'window', how: 'a sliding window is window' },
  {
    words: ['logits_soft_cap', 'logit_cap', 'softcapping'],
    serves: 'softcap',
    how: 'the cap of the scores is softcap',
  },
  {
    words: ['seqlens_k', 'cache_seqlens', 'nonpad_kv_seqlen'],
    serves: 'key_lengths',
    how: 'lengths of keys are key_lengths',
  },
  { words: ['s_aux', 'sink', 'attention_sinks'], serves: 'sinks', how: 'sinks are sinks' },
];

/** A name that a route does not take, with the one that was probably meant. */
export function unknownField(name: string, known: Iterable<string>): RequestError {
  const detail = `There is no field of this name${guess(name, known)}`;
  return new RequestError('unknown_field', detail, { pointer: pointerTo(name) });
}

/** The end of a sentence that refuses a name: the one that was probably meant, if there is any. */
export function guess(name: string, known: Iterable<string>): string {
  const names = [...known];
  const instead = INSTEAD.find(({ words, serves }) => words.includes(name) && names.includes(serves));
  if (instead !== undefined) return `; ${instead.how}`;
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** Names in an error: more than these fill nobody's screen. */
const MOST_NAMES = 20;

/**
 * The fault of tensors that the route does not take: which they are, which it takes, and which of those are missing.
 * @param known the tensors of the route
 * @param others what else may stand among them
 */
export function unknownTensors(
  unknown: readonly string[],
  sent: ReadonlySet<string>,
  known: readonly string[],
  others: Iterable<string> = [],
): RequestError {
  if (unknown.length === 1 && sent.size > 1) return unknownField(unknown[0], [...known, ...others]);
  const names = unknown.slice(0, MOST_NAMES).map(quoted);
  const more = unknown.length > MOST_NAMES ? ` and ${unknown.length - MOST_NAMES} more` : '';
  const missing = ['query', 'key', 'value'].filter((name) => known.includes(name) && !sent.has(name));
  const lack = missing.length === 0 ? '' : `, and ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  const detail = `There is no field of the name ${names.join(', ')}${more}; the tensors of this route are ${known.join(', ')}${lack}`;
  return new RequestError('unknown_field', detail, { pointer: pointerTo(unknown[0]) });
}

/** A name that was sent, for a sentence: longer ones are cut, so that an answer echoes no body. */
export function quoted(name: string): string {
  return JSON.stringify(name.length <= 64 ? name : `${name.slice(0, 64)}…`);
}
