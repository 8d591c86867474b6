/**
 * Finds the request inside a message by its place in the bytes, without reading a number: the request is then read as the
 * body of any other. Only the structure of the outer objects is looked at; what stands inside is judged by its reader.
 */
import { RequestError } from '../../errors.ts';

/** A message without its request, and where in it the request stands. */
export interface CutMessage {
  /** The other members of the message, as a JSON object. */
  envelope: string;
  /** The text of the member `kind` of the request, if it has one. */
  kind: unknown;
  /** The request, as a range of bytes of the message. */
  start: number;
  end: number;
  /** The range that holds the member `kind` and one comma beside it; empty when there is none. */
  kindStart: number;
  kindEnd: number;
}

interface Member {
  name: string;
  /** Of the whole member. */
  start: number;
  valueStart: number;
  end: number;
}

/** More members than any message needs. */
const MAX_MEMBERS = 128;
/** What is left of a message without its request is small, or it is no message. */
const MAX_ENVELOPE_BYTES = 64 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Cuts `{ …, "request": { "kind": …, … } }`. The last `request` counts, as in JSON.parse.
 * @throws RequestError `invalid_json` with the offset, `missing_field`, `not_an_object`
 */
export function cutRequest(message: Uint8Array): CutMessage {
  const members = membersOf(message, 0, message.length);
  const request = members.findLast(({ name }) => name === 'request');
  const must = 'must be an object with kind, "attention", "multi-head" or "text", and the fields of its route';
  if (request === undefined) {
    throw new RequestError('missing_field', `request is missing: it ${must}`, { pointer: '/request' });
  }
  if (message[request.valueStart] !== OPEN_OBJECT) {
    throw new RequestError('not_an_object', `request ${must}`, { pointer: '/request' });
  }
  const others = members.filter((member) => member.name !== 'request');
  if (others.reduce((bytes, { start, end }) => bytes + end - start, 0) > MAX_ENVELOPE_BYTES) {
    throw new RequestError('too_complex', `beside its request a message may hold ${MAX_ENVELOPE_BYTES} bytes`);
  }
  const texts = others.map((member) => textOf(message, member.start, member.end));
  // Only the outline was looked at: whoever reads the envelope counts on it being JSON.
  for (const [i, text] of texts.entries()) parsed(`{${text}}`, others[i].start);
  const envelope = `{${texts.join(',')}}`;
  const inner = membersOf(message, request.valueStart, request.end);
  const kinds = inner.filter(({ name }) => name === 'kind');
  if (kinds.length > 1) {
    throw new RequestError('conflicting_options', 'kind stands twice in the request', { pointer: '/request/kind' });
  }
  const [kind] = kinds;
  const place = { start: request.valueStart, end: request.end };
  if (kind === undefined) return { envelope, kind: undefined, ...place, kindStart: 0, kindEnd: 0 };
  const index = inner.indexOf(kind);
  const kindStart = index > 0 && index === inner.length - 1 ? inner[index - 1].end : kind.start;
  const kindEnd = index < inner.length - 1 ? inner[index + 1].start : kind.end;
  return { envelope, kind: scalar(message, kind), ...place, kindStart, kindEnd };
}

/** The request of a message as a body of its own: the member `kind` becomes white space, so that offsets stay true. */
export function requestBytes(message: Uint8Array, { start, end, kindStart, kindEnd }: CutMessage): Uint8Array {
  message.fill(0x20, kindStart, kindEnd);
  return message.subarray(start, end);
}

/** The members of the object that fills `[from, to)`, but for white space. */
function membersOf(bytes: Uint8Array, from: number, to: number): Member[] {
  let at = space(bytes, from, to);
  if (bytes[at] !== OPEN_OBJECT || at >= to) throw broken(at);
  const members: Member[] = [];
  at = space(bytes, at + 1, to);
  if (bytes[at] === CLOSE_OBJECT) return closed(members, bytes, at, to);
  for (;;) {
    const start = at;
    if (bytes[at] !== QUOTE) throw broken(at);
    const nameEnd = endOfText(bytes, at, to);
    at = space(bytes, nameEnd, to);
    if (bytes[at] !== COLON) throw broken(at);
    const valueStart = space(bytes, at + 1, to);
    const end = endOfValue(bytes, valueStart, to);
    members.push({ name: nameOf(bytes, start, nameEnd), start, valueStart, end });
    if (members.length > MAX_MEMBERS)
      throw new RequestError('too_complex', `there are more than ${MAX_MEMBERS} fields`);
    at = space(bytes, end, to);
    if (bytes[at] === CLOSE_OBJECT) return closed(members, bytes, at, to);
    if (bytes[at] !== COMMA) throw broken(at);
    at = space(bytes, at + 1, to);
  }
}

function closed(members: Member[], bytes: Uint8Array, brace: number, to: number): Member[] {
  if (brace >= to) throw broken(to);
  const end = space(bytes, brace + 1, to);
  if (end !== to) throw broken(end);
  return members;
}

/** Behind the value that starts at `at`: the bracket that closes it, the quote that ends it, or the next separator. */
function endOfValue(bytes: Uint8Array, at: number, to: number): number {
  if (bytes[at] === QUOTE) return endOfText(bytes, at, to);
  let depth = 0;
  for (let i = at; i < to; i++) {
    const byte = bytes[i];
    // Digits, minus and point: nearly all of a request of numbers.
    if (byte >= MINUS && byte <= NINE) continue;
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === QUOTE) i = endOfText(bytes, i, to) - 1;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (depth === 0) return checked(i, at);
      depth--;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return checked(i, at);
  }
  throw broken(to);
}

function checked(end: number, start: number): number {
  if (end === start) throw broken(start);
  return end;
}

/** Behind the quote that ends the text whose first quote stands at `at`. */
function endOfText(bytes: Uint8Array, at: number, to: number): number {
  for (let i = at + 1; i < to; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i + 1;
  }
  throw broken(to);
}

function space(bytes: Uint8Array, at: number, to: number): number {
  let i = at;
  while (i < to && isSpace(bytes[i])) i++;
  return i;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** A name as JSON reads it, escapes and all; long ones are none that is looked for. */
function nameOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 64) return '';
  const name = parsed(textOf(bytes, start, end), start);
  return typeof name === 'string' ? name : '';
}

/** A value that is told only if it is short. */
function scalar(bytes: Uint8Array, { valueStart, end }: Member): unknown {
  return end - valueStart > 64 ? null : parsed(textOf(bytes, valueStart, end), valueStart);
}

function parsed(text: string, offset: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw broken(offset);
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

function broken(offset: number): RequestError {
  return new RequestError('invalid_json', `The message is not JSON: it breaks off at byte ${offset}`, { offset });
}
