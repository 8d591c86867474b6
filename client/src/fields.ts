/** The fields of a request, as far as JSON can hold them. */
import { misuse } from './check.ts';
import { isObject } from './object.ts';
import { checkTyped, inBase64, isTypedTensor } from './typed-tensor.ts';

/** Deeper than anything that is sent; what nests for ever is found so. */
const MAX_DEPTH = 16;
/** Where −∞ has a meaning: it hides a key, or is no sink. */
const mayHide = (name: string) => name === 'attn_mask' || name === 'key_padding_mask' || name === 'sinks';

/**
 * What is to be sent, but for typed arrays, which stand as they are: −∞ where it has a meaning is text, and null, which is not
 * given, is left out.
 * @throws SpotlightError `invalid_argument` for what JSON would drop or turn into something else: NaN, infinities, typed
 *   arrays in lists, bigints; and for typed arrays that are not what their shape and dtype say
 */
export function fieldsOf(request: unknown): Record<string, unknown> {
  if (!isObject(request)) throw misuse('/request', 'an object', request);
  const given = Object.entries(request).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => {
      if (isTypedTensor(value)) checkTyped(value, `/${name}`);
      else if (value !== undefined) checkJson(value, `/${name}`, mayHide(name));
      return [name, mayHide(name) ? withTexts(value) : value];
    }),
  );
}

/**
 * A request as JSON, with base64 for typed arrays.
 * @throws SpotlightError `invalid_argument`
 */
export function jsonOf(request: unknown): string {
  return textOf(fieldsOf(request));
}

/** Checked fields as JSON. */
export function textOf(fields: Record<string, unknown>): string {
  const written = Object.entries(fields).map(([name, value]) => [name, isTypedTensor(value) ? inBase64(value) : value]);
  return JSON.stringify(Object.fromEntries(written));
}

function checkJson(value: unknown, pointer: string, hides: boolean, depth = 0): void {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return;
  if (typeof value === 'number') {
    if (Number.isFinite(value) || (hides && value === Number.NEGATIVE_INFINITY)) return;
    throw misuse(pointer, 'a finite number', value);
  }
  if (typeof value !== 'object') throw misuse(pointer, 'something that JSON can hold', value);
  if (ArrayBuffer.isView(value)) throw misuse(pointer, 'a list, or { shape, data } with a typed array', value);
  if (depth === MAX_DEPTH) throw misuse(pointer, `within ${MAX_DEPTH} levels`, value);
  if (!Array.isArray(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (member !== undefined) checkJson(member, `${pointer}/${name}`, hides, depth + 1);
    }
    return;
  }
  // Not `entries`, and no pointer that is not needed: there may be millions.
  for (let i = 0; i < value.length; i++) {
    if (!Number.isFinite(value[i])) checkJson(value[i], `${pointer}/${i}`, hides, depth + 1);
  }
}

function withTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTexts);
  if (isObject(value) && 'data' in value && !isTypedTensor(value)) return { ...value, data: withTexts(value.data) };
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : value;
}
