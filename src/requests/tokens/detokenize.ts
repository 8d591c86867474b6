/** POST /detokenize and POST /decode: ids in, text out. */

import { pointerTo, RequestError } from '../../errors.ts';
import type { KnownTokens, Tokenizer } from '../../text/tokenize/tokenizer.ts';
import type { DecodeRequest } from './read-token-request.ts';
import type { TextLimits } from './tokenize-job.ts';

/**
 * The answer as JSON.
 * @throws RequestError for ids that there are not, and text that is too large
 */
export function detokenize(request: DecodeRequest, tokenizer: Tokenizer, limits: TextLimits): Uint8Array {
  let room = limits.maxOutputBytes;
  const texts = checkedLists(request, tokenizer, limits).map((list) => {
    const ids = request.skipSpecial ? list.filter((id) => !tokenizer.isSpecial(id)) : list;
    const text = tokenizer.decode(ids, room);
    room -= Buffer.byteLength(text);
    return text;
  });
  return detokenized(request.shape, texts);
}

/** Texts as the answer to a request. */
export function detokenized(shape: DecodeRequest['shape'], texts: readonly string[]): Uint8Array {
  return Buffer.from(JSON.stringify(shape === 'list' ? texts : { [shape]: texts[0] }));
}

/**
 * The lists of ids of a request, all of which there are.
 * @throws RequestError for more of them than may be, and for ids that there are not
 */
export function checkedLists(
  { lists, field, isNested, tokenizer: asked }: DecodeRequest,
  tokenizer: KnownTokens,
  limits: TextLimits,
): DecodeRequest['lists'] {
  if (tokenizer.about.vocabularySize === null) {
    const detail = `tokens of the tokenizer ${tokenizer.about.name} have no ids`;
    throw new RequestError('invalid_option', detail, { pointer: `/${asked.field}` });
  }
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  // Every token has a byte at least, so no text that may be sent has more.
  if (count > limits.maxTextBytes) {
    const detail = `there are ${count} ids, and the limit is ${limits.maxTextBytes}`;
    throw new RequestError('text_too_long', detail, { pointer: `/${field}` });
  }
  for (const [i, list] of lists.entries()) checkIds(list, tokenizer, isNested ? [field, i] : [field]);
  return lists;
}

function checkIds(ids: readonly number[], tokenizer: KnownTokens, path: readonly (string | number)[]): void {
  const { name, vocabularySize } = tokenizer.about;
  const wrong = ids.findIndex((id) => !tokenizer.has(id));
  if (wrong < 0) return;
  const detail = `the tokenizer ${name} has no token of this id; its ids are below ${vocabularySize}`;
  throw new RequestError('invalid_option', detail, { pointer: pointerTo(...path, wrong) });
}
