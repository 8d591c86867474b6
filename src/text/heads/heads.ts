/**
 * Heads made by hand, to show what heads of a trained model can be like: each is a rule that is written into queries and keys.
 * Nothing here was learned but the word vectors.
 */
import { pointerTo, RequestError } from '../../errors.ts';
import type { Code } from '../code/code.ts';
import { languageTitle } from '../code/language.ts';
import { codeLinks } from '../code/links.ts';
import type { Token } from '../token.ts';
import type { WordVector } from '../word-vectors.ts';
import { type Encoding, joined } from './encoding.ts';
import { linkEncoding, type TokenLink, tokenLinks } from './links.ts';
import { ALIBI_SLOPE, noEncoding, previousTokenEncoding, sinusoidalEncoding } from './positions.ts';
import { sameTokenEncoding } from './same-token.ts';
import { semanticEncoding } from './semantic.ts';

export const HEAD_NAMES = ['semantic', 'position', 'previous-token', 'same-token', 'syntax-code'] as const;
export type HeadName = (typeof HEAD_NAMES)[number];

/** How heads that read words also know positions: not at all, by sinusoids beside the words, or by ALiBi. */
export const POSITION_KINDS = ['none', 'sinusoidal', 'alibi'] as const;
export type PositionKind = (typeof POSITION_KINDS)[number];

/** A text as heads read it. */
export interface ReadText {
  text: string;
  tokens: readonly Token[];
  words: readonly WordVector[];
  /** The text as code, if it is read as such. */
  code: Code | undefined;
}

export interface HeadSetting {
  queries: ReadText;
  /** The same object as `queries` in self-attention. */
  keys: ReadText;
  /** Numbers of a word vector. */
  dims: number;
  positions: PositionKind;
}

/** One head: what its queries and keys are, and in words what it was built from. */
export interface Head {
  name: HeadName;
  builtFrom: string;
  encoding: Encoding;
  /** Taken off the score for each position of distance; undefined = nothing. */
  slope: number | undefined;
  /** What a head of links found. */
  links: readonly TokenLink[] | undefined;
}

/**
 * Builds the head of this name; `index` is its place in the request.
 * @throws RequestError for a head that cannot read these texts
 */
export function headNamed(name: HeadName, index: number, setting: HeadSetting): Head {
  if ((name === 'previous-token' || name === 'syntax-code') && setting.queries !== setting.keys) {
    throw new RequestError('conflicting_options', `${name} looks inside one text: leave context out, or this head`, {
      pointer: pointerTo('heads', index),
    });
  }
  return builders[name](setting);
}

const builders: Record<HeadName, (setting: HeadSetting) => Head> = {
  semantic: (setting) => {
    const { queries, keys, dims } = setting;
    const encoding = semanticEncoding(queries.words, keys.words, dims);
    const rule = `constructed: q and k are the unit vectors of the words (${dims} numbers), so the score is their cosine; a word of which nothing is known is looked at last`;
    return withPositions({ name: 'semantic', encoding, rule }, setting);
  },
  'same-token': (setting) => {
    const wordsOf = ({ words }: ReadText) => words.map(({ word }) => word);
    const encoding = sameTokenEncoding(wordsOf(setting.queries), wordsOf(setting.keys));
    const rule =
      'constructed: q and k are a code of the word in lower case, so the score is 1 for the same word and 0 for another';
    return withPositions({ name: 'same-token', encoding, rule }, setting);
  },
  position: ({ positions }) =>
    positions === 'alibi'
      ? {
          name: 'position',
          builtFrom: `constructed: q and k are zero, and ALiBi takes ${ALIBI_SLOPE} off the score for each position of distance`,
          encoding: noEncoding,
          slope: ALIBI_SLOPE,
          links: undefined,
        }
      : {
          name: 'position',
          builtFrom: `constructed: q and k are sines and cosines of the position (${sinusoidalEncoding.dims} numbers, base 10000), so near positions score high`,
          encoding: sinusoidalEncoding,
          slope: undefined,
          links: undefined,
        },
  'previous-token': ({ queries }) => ({
    name: 'previous-token',
    builtFrom:
      'constructed: k is a code of the position and q the code of the position before, so the score is 1 for the token before and 0 for others',
    encoding: previousTokenEncoding(queries.tokens.length),
    slope: undefined,
    links: undefined,
  }),
  'syntax-code': ({ queries }) => syntaxHead(queries),
};

function syntaxHead({ code, tokens }: ReadText): Head {
  if (code === undefined) throw new Error('the text was not read as code');
  const found = tokenLinks(codeLinks(code), tokens);
  const parser = `a parser of ${languageTitle(code.language)}`;
  const source = code.faults > 0 ? `${parser}, which found the code not complete or not correct,` : parser;
  return {
    name: 'syntax-code',
    builtFrom: `constructed: k is a code of the position and q the code of the position that ${source} links the token to, so the score is 1 there and 0 elsewhere`,
    encoding: linkEncoding(found, tokens.length),
    slope: undefined,
    links: found,
  };
}

/** A head that reads words, with the positions that the request asks for. */
function withPositions(
  { name, encoding, rule }: { name: HeadName; encoding: Encoding; rule: string },
  { positions }: HeadSetting,
): Head {
  const head = { name, encoding, builtFrom: rule, slope: undefined, links: undefined };
  if (positions === 'none') return head;
  if (positions === 'alibi') {
    const builtFrom = `${rule}; ALiBi takes ${ALIBI_SLOPE} off the score for each position of distance`;
    return { ...head, builtFrom, slope: ALIBI_SLOPE };
  }
  const builtFrom = `${rule}; sines and cosines of the position stand beside them, and the two scores add up`;
  return { ...head, builtFrom, encoding: joined(encoding, sinusoidalEncoding) };
}
