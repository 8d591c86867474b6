/**
 * One pass over the bytes of a body before JSON.parse sees them. JSON.parse makes an object of 16 to 60 bytes for each
 * array, object and text, so that 64 MiB of brackets would take gigabytes: what no valid request needs stops here.
 */
import { RequestError } from '../errors.ts';
import type { CodecLimits } from './tensor-request.ts';

/** V8 parses without recursion, so this protects what walks the values later; rank is judged by the tensor reader. */
const MAX_DEPTH = 1000;
/** Fields, objects and texts together; options are few, and the "-Infinity" of masks is not counted. */
const MAX_OBJECTS = 10_000;
/** Rows of nested arrays cost about 64 bytes each beside their numbers. */
const MAX_ARRAYS = 2 ** 21;
/** Lists in options also have commas: at most a rotary position for every two numbers of a tensor, and short ones. */
const OPTIONS_SHARE = 0.5;
const SPARE_ELEMENTS = 65_536;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NINE = 0x39;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MINUS_INFINITY = Buffer.from('"-Infinity"');

/** So few bytes make a megabyte of objects at most, whatever they are. */
const SMALL_BYTES = 65_536;
/** With fewer brackets and quotes than one in so many bytes, finding them by memchr is many times faster. */
const SPARSE = 128;
const FEW_ARRAYS = 65_536;

/** Throws when the JSON in `bytes` nests deeper, or has more elements or objects, than any request that is served. */
export function checkExtent(bytes: Uint8Array, limits: CodecLimits): void {
  if (bytes.length <= SMALL_BYTES) return;
  const maxCommas = (1 + OPTIONS_SHARE) * limits.maxElements + SPARE_ELEMENTS;
  if (bytes.length / 2 <= maxCommas && isSparse(bytes)) return;
  let depth = 0;
  let arrays = 0;
  let commas = 0;
  let objects = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    // Digits, minus and point: nearly all of a body of numbers.
    if (byte >= MINUS && byte <= NINE) continue;
    if (byte === COMMA) commas++;
    else if (byte === OPEN_ARRAY) {
      if (++depth > MAX_DEPTH) throw tooDeep(i);
      if (++arrays > MAX_ARRAYS) throw tooManyRows();
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    else if (byte === QUOTE) {
      if (isMinusInfinity(bytes, i)) i += MINUS_INFINITY.length - 1;
      else {
        if (++objects > MAX_OBJECTS) throw tooManyObjects();
        i = endOfText(bytes, i + 1);
      }
    } else if (byte === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) throw tooDeep(i);
      if (++objects > MAX_OBJECTS) throw tooManyObjects();
    }
  }
  if (commas > maxCommas) {
    const detail = `The body has ${commas} elements; the tensors of a request may hold ${limits.maxElements} numbers`;
    throw new RequestError('too_many_elements', detail);
  }
}

/** Whether the bytes of brackets and quotes, in texts too, are so few that nothing can be made of them that is too much. */
function isSparse(bytes: Uint8Array): boolean {
  const few = bytes.length / SPARSE;
  return (
    hasAtMost(Math.min(few, FEW_ARRAYS), OPEN_ARRAY, bytes) &&
    hasAtMost(Math.min(few, MAX_OBJECTS), OPEN_OBJECT, bytes) &&
    hasAtMost(Math.min(few, MAX_OBJECTS), QUOTE, bytes)
  );
}

function hasAtMost(most: number, byte: number, bytes: Uint8Array): boolean {
  let at = bytes.indexOf(byte);
  for (let count = 0; count < most && at >= 0; count++) at = bytes.indexOf(byte, at + 1);
  return at < 0;
}

function isMinusInfinity(bytes: Uint8Array, start: number): boolean {
  if (bytes[start + 1] !== MINUS) return false;
  for (let i = 2; i < MINUS_INFINITY.length; i++) if (bytes[start + i] !== MINUS_INFINITY[i]) return false;
  return true;
}

/** The index of the quote that ends a text; the length of the body when none does. */
function endOfText(bytes: Uint8Array, start: number): number {
  const quote = bytes.indexOf(QUOTE, start);
  if (quote < 0) return bytes.length;
  if (bytes[quote - 1] !== BACKSLASH) return quote;
  for (let i = start; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  }
  return bytes.length;
}

function tooDeep(offset: number): RequestError {
  return new RequestError('invalid_json', `The body nests deeper than ${MAX_DEPTH} levels`, { offset });
}

function tooManyRows(): RequestError {
  const detail = `The body has more than ${MAX_ARRAYS} arrays; send tensors of so many rows as shape and data`;
  return new RequestError('too_many_elements', detail);
}

function tooManyObjects(): RequestError {
  const detail = `The body has more than ${MAX_OBJECTS} fields, objects and texts; tensors hold numbers only`;
  return new RequestError('too_complex', detail);
}
