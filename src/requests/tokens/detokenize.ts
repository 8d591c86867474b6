/** POST /detokenize and POST /decode: ids in, text out. */
import type { DecodeRequest } from '../../codec/tokenize-options.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import type { Tokenizer } from '../../text/tokenize/tokenizer.ts';
import type { TokenizerSet } from '../../text/tokenize/tokenizer-set.ts';
import { chosenTokenizer } from './tokenize.ts';
import type { TextLimits } from './tokenize-job.ts';

/**
 * The answer as JSON.
 * @throws RequestError for ids that there are not, and text that is too large
 */
export function detokenize(request: DecodeRequest, tokenizers: TokenizerSet, limits: TextLimits): Uint8Array {
  const { lists, shape, tokenizer: asked } = request;
  const tokenizer = chosenTokenizer(asked, tokenizers);
  if (tokenizer.about.vocabularySize === null) {
    const detail = `tokens of the tokenizer ${tokenizer.about.name} have no ids`;
    throw new RequestError('invalid_option', detail, { pointer: `/${asked.field}` });
  }
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  // Every token has a byte at least, so no text that may be sent has more.
  if (count > limits.maxTextBytes) {
    const detail = `there are ${count} ids, and the limit is ${limits.maxTextBytes}`;
    throw new RequestError('text_too_long', detail, { pointer: `/${request.field}` });
  }
  let room = limits.maxOutputBytes;
  const texts = lists.map((list, i) => {
    checkIds(list, tokenizer, request.isNested ? [request.field, i] : [request.field]);
    const ids = request.skipSpecial ? list.filter((id) => !tokenizer.isSpecial(id)) : list;
    const text = tokenizer.decode(ids, room);
    room -= Buffer.byteLength(text);
    return text;
  });
  return Buffer.from(JSON.stringify(shape === 'list' ? texts : { [shape]: texts[0] }));
}

function checkIds(ids: readonly number[], tokenizer: Tokenizer, path: readonly (string | number)[]): void {
  const { name, vocabularySize } = tokenizer.about;
  const wrong = ids.findIndex((id) => !tokenizer.has(id));
  if (wrong < 0) return;
  const detail = `the tokenizer ${name} has no token of this id; its ids are below ${vocabularySize}`;
  throw new RequestError('invalid_option', detail, { pointer: pointerTo(...path, wrong) });
}
