import type { CodeLink, LinkKind } from '../code/link.ts';
import type { Token } from '../token.ts';
import { codesFor, type Encoding } from './encoding.ts';

/** A token that looks at another one, and why. */
export interface TokenLink {
  token: number;
  looksAt: number;
  kind: LinkKind;
}

/** Places in the code → tokens that hold them; the first link of a token stands. */
export function tokenLinks(links: readonly CodeLink[], tokens: readonly Token[]): TokenLink[] {
  const places: Place[] = [];
  for (const [token, { start, end }] of tokens.entries()) {
    if (start !== null && end !== null) places.push({ token, start, end });
  }
  const found = new Map<number, TokenLink>();
  for (const { from, to, kind } of links) {
    const [target] = tokensIn({ start: to, end: to + 1 }, places);
    if (target === undefined) continue;
    for (const token of tokensIn(from, places)) {
      if (token !== target && !found.has(token)) found.set(token, { token, looksAt: target, kind });
    }
  }
  return [...found.values()].sort((a, b) => a.token - b.token);
}

/** Tokens look where their link points: k is a code of the position, q the code of the position pointed at, or 0. */
export function linkEncoding(links: readonly TokenLink[], length: number): Encoding {
  const codes = codesFor(length);
  const target = new Map(links.map(({ token, looksAt }) => [token, looksAt]));
  return {
    dims: codes.dims,
    query: (row, into) => {
      const looksAt = target.get(row);
      if (looksAt !== undefined) codes.write(looksAt, into);
    },
    key: codes.write,
  };
}

interface Place {
  token: number;
  start: number;
  end: number;
}

/** The tokens that hold code units of a range. Places come in order. */
function tokensIn({ start, end }: { start: number; end: number }, places: readonly Place[]): number[] {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle].end <= start) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (let i = low; i < places.length && places[i].start < end; i++) found.push(places[i].token);
  return found;
}
