/** Which heads can be picked: that of code where the text looks like code. */
import { headsToShow } from '../../ask/sentence-request.ts';
import type { HeadName, State } from '../../state/state.ts';

export function headsToOffer(state: Pick<State, 'mode' | 'heads' | 'text'>): readonly HeadName[] {
  const shown = headsToShow(state);
  const isOffered = state.mode !== 'cross' && !shown.includes('syntax-code') && looksLikeCode(state.text);
  return isOffered ? [...shown, 'syntax-code'] : shown;
}

/** What is seldom in prose; two of these are code. */
const SIGNS = [
  /^\s*(def|class|function|const|let|var|import|from|return|if|for|while|async|export|interface|type)\b/m,
  /[\w\])]\(/,
  /[;{}]\s*$/m,
  /\w\s*(=|=>|\+=|==)\s*\S/,
  /:\s*\n[ \t]+\S/,
  /\w\.\w/,
];

export const looksLikeCode = (text: string): boolean => SIGNS.filter((sign) => sign.test(text)).length >= 2;
