/** The bodies of the routes that turn text into tokens and back, whatever their shape. */

import { parseJson } from '../../codec/json/json-text.ts';
import { readOptions } from '../../codec/read-options.ts';
import type { CodecLimits } from '../../codec/tensor-request.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import {
  decodeOptions,
  detokenizeOptions,
  teiOptions,
  tokenizeOptions,
  tokenizeTextsOptions,
  vllmDetokenizeOptions,
  vllmOptions,
} from './tokenize-options.ts';

export type TokenizeShape = 'own' | 'vllm' | 'tei';

/** A request for tokens, whatever its shape was; the shape decides that of the answer. */
export interface TokenizeRequest {
  shape: TokenizeShape;
  /** The field of the texts, and whether it holds a list. */
  field: 'text' | 'texts' | 'prompt' | 'inputs';
  texts: readonly string[];
  isList: boolean;
  tokenizer: Chosen;
  addSpecialTokens: boolean;
  /** Added tokens that texts may hold; undefined where the request does not say. */
  allowedSpecial: 'all' | readonly string[] | undefined;
  maxLength: number | undefined;
  truncation: 'left' | 'right';
  chunk: { size: number; overlap: number } | undefined;
  tokenStrings: boolean;
}

/** A tokenizer by name, with the field that named it; without a name it is the default. */
export interface Chosen {
  name: string | undefined;
  field: 'tokenizer' | 'model';
}

export interface DecodeRequest {
  shape: 'text' | 'prompt' | 'list';
  /** One list of ids for each text. */
  lists: readonly (readonly number[])[];
  /** The field of the ids, and whether it holds several lists. */
  field: 'ids' | 'tokens';
  isNested: boolean;
  skipSpecial: boolean;
  tokenizer: Chosen;
}

/** Reads the body of POST /tokenize. */
export function readTokenize(body: Uint8Array, limits: CodecLimits): TokenizeRequest {
  const members = readMembers(body, limits);
  const fields = (['text', 'texts', 'prompt', 'inputs'] as const).filter((field) => Object.hasOwn(members, field));
  if (fields.length > 1) {
    const detail = `${fields[0]} and ${fields[1]} are two ways of saying what the text is; send one`;
    throw new RequestError('conflicting_options', detail, { pointer: `/${fields[1]}` });
  }
  const [field] = fields;
  checkFields(members, field);
  const untruncated = { maxLength: undefined, truncation: 'right', chunk: undefined } as const;
  if (field === 'prompt') {
    const wire = readOptions(vllmOptions, members, {});
    return {
      shape: 'vllm',
      field,
      texts: [wire.prompt],
      isList: false,
      ...shared(wire),
      ...untruncated,
      tokenStrings: wire.return_token_strs ?? false,
    };
  }
  if (field === 'inputs') {
    const wire = readOptions(teiOptions, members, {});
    const isList = typeof wire.inputs !== 'string';
    const texts = typeof wire.inputs === 'string' ? [wire.inputs] : wire.inputs;
    return { shape: 'tei', field, texts, isList, ...shared(wire), ...untruncated, tokenStrings: false };
  }
  const isList = field === 'texts';
  const wire = isList ? readOptions(tokenizeTextsOptions, members, {}) : readOptions(tokenizeOptions, members, {});
  const chunk = wire.chunk && { size: wire.chunk.size, overlap: wire.chunk.overlap ?? 0 };
  if (chunk !== undefined && chunk.overlap >= chunk.size) {
    const detail = `chunk.overlap is ${chunk.overlap}, but must be less than chunk.size, ${chunk.size}`;
    throw new RequestError('conflicting_options', detail, { pointer: '/chunk/overlap' });
  }
  return {
    shape: 'own',
    field: isList ? 'texts' : 'text',
    texts: 'texts' in wire ? wire.texts : [wire.text],
    isList,
    ...shared(wire),
    maxLength: wire.max_length,
    truncation: wire.truncation,
    chunk,
    tokenStrings: false,
  };
}

/** By the field that holds the text. */
const shapes = { text: tokenizeOptions, texts: tokenizeTextsOptions, prompt: vllmOptions, inputs: teiOptions } as const;

/** Fields of one shape beside the text of another are no slips of the pen. */
function checkFields(members: Record<string, unknown>, field: keyof typeof shapes = 'text'): void {
  for (const name of Object.keys(members)) {
    if (Object.hasOwn(shapes[field].shape, name)) continue;
    const others = Object.entries(shapes).filter(([, { shape }]) => Object.hasOwn(shape, name));
    if (others.length === 0) continue;
    const detail = `${name} goes with ${others.map(([other]) => other).join(' or ')}, not with ${field}`;
    throw new RequestError('unknown_field', detail, { pointer: pointerTo(name) });
  }
}

/** Reads the body of POST /detokenize. */
export function readDetokenize(body: Uint8Array, limits: CodecLimits): DecodeRequest {
  const members = readMembers(body, limits);
  const [hasIds, hasTokens] = [Object.hasOwn(members, 'ids'), Object.hasOwn(members, 'tokens')];
  if (hasIds && hasTokens) {
    throw new RequestError('conflicting_options', 'ids and tokens are the same; send one', { pointer: '/tokens' });
  }
  const asked = { isNested: false, skipSpecial: false };
  if (hasTokens) {
    const wire = readOptions(vllmDetokenizeOptions, members, {});
    return { shape: 'prompt', field: 'tokens', lists: [wire.tokens], tokenizer: chosen(wire), ...asked };
  }
  const wire = readOptions(detokenizeOptions, members, {});
  return { shape: 'text', field: 'ids', lists: [wire.ids], tokenizer: chosen(wire), ...asked };
}

/** Reads the body of POST /decode. */
export function readDecode(body: Uint8Array, limits: CodecLimits): DecodeRequest {
  const wire = readOptions(decodeOptions, readMembers(body, limits), {});
  const lists = isNested(wire.ids) ? wire.ids : [wire.ids];
  return {
    shape: 'list',
    field: 'ids',
    lists,
    isNested: isNested(wire.ids),
    skipSpecial: wire.skip_special_tokens,
    tokenizer: chosen(wire),
  };
}

function isNested(list: number[] | number[][]): list is number[][] {
  return Array.isArray(list[0]);
}

function readMembers(body: Uint8Array, limits: CodecLimits): Record<string, unknown> {
  const value = parseJson(body, limits);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError('not_an_object', 'The body must be a JSON object');
  }
  // Of several ways to say one thing those that are null are not said.
  return Object.fromEntries(Object.entries(value).filter(([name, member]) => member !== null || !WAYS.has(name)));
}

/** Fields that say what the text, or its tokens, are; a request has one of them. */
const WAYS: ReadonlySet<string> = new Set(['text', 'texts', 'prompt', 'inputs', 'ids', 'tokens']);

function shared(wire: {
  tokenizer?: string;
  model?: string;
  add_special_tokens: boolean;
  allowed_special?: 'all' | string[];
}) {
  const { add_special_tokens: addSpecialTokens, allowed_special: allowedSpecial } = wire;
  return { tokenizer: chosen(wire), addSpecialTokens, allowedSpecial };
}

function chosen({ tokenizer, model }: { tokenizer?: string; model?: string }): Chosen {
  if (tokenizer === undefined && model !== undefined) return { name: model, field: 'model' };
  return { name: tokenizer, field: 'tokenizer' };
}
