/** State → what the service is asked about a sentence. */
import type { RunRequest, TextRequest } from 'spotlight-client';
import type { HeadName, State } from '../state/state.ts';

const OF_WORDS: readonly HeadName[] = ['semantic', 'position', 'previous-token', 'same-token'];
/** Heads that look inside one text only. */
const INSIDE_ONE: readonly HeadName[] = ['previous-token', 'syntax-code'];

/** The heads that there are to pick from: that of code only where it was picked, as it cuts the text otherwise. */
export function headsToShow({ mode, heads }: Pick<State, 'mode' | 'heads'>): readonly HeadName[] {
  const all: readonly HeadName[] = heads.includes('syntax-code') ? [...OF_WORDS, 'syntax-code'] : OF_WORDS;
  return mode === 'cross' ? all.filter((head) => !INSIDE_ONE.includes(head)) : all;
}

/** Those of the picked heads that can be shown; never none. */
export function pickedHeads(state: Pick<State, 'mode' | 'heads'>): readonly HeadName[] {
  const shown = headsToShow(state);
  const picked = shown.filter((head) => state.heads.includes(head));
  return picked.length > 0 ? picked : shown.slice(0, 1);
}

export type SentenceRequest = ReturnType<typeof requestOf>;

/** Of all heads, so that picking another needs no answer; undefined while there is nothing to read. */
export function sentenceRequest(state: State): SentenceRequest | undefined {
  return hasWords(state) ? requestOf(state, headsToShow(state)) : undefined;
}

/** Of the mean of the picked heads, which is the service's to compute; undefined while none is shown. */
export function meanRequest(state: State): SentenceRequest | undefined {
  const picked = pickedHeads(state);
  return state.combine === 'mean' && picked.length > 1 && hasWords(state) ? requestOf(state, picked) : undefined;
}

/** What a film is of: the picked heads, step by step. */
export function filmRequest(state: State) {
  if (!hasWords(state)) return undefined;
  return { kind: 'text', ...attentionOf(state, pickedHeads(state)) } as const satisfies RunRequest;
}

const hasWords = ({ text, context, mode }: State) => /\S/.test(text) && (mode !== 'cross' || /\S/.test(context));

/** The attention that the state is about, in some of its heads. */
function attentionOf({ text, context, mode, vectors, temperature, excludeSelf }: State, heads: readonly HeadName[]) {
  return {
    text,
    ...(mode === 'cross' && { context }),
    ...(vectors !== 'glove' && { vectors }),
    heads: [...heads],
    ...(mode === 'causal' && { is_causal: true }),
    temperature,
    ...(mode !== 'cross' && { exclude_self: excludeSelf }),
  } satisfies TextRequest;
}

function requestOf(state: State, heads: readonly HeadName[]) {
  return {
    ...attentionOf(state, heads),
    outputs: ['weights', 'heads', 'stats'] as const,
    // A third of the bytes of lists, and no parsing of a million numbers.
    tensor_format: 'base64' as const,
  } satisfies TextRequest;
}
