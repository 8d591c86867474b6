/** The header of a safetensors file, with every check of huggingface/safetensors before a byte of data is used. */
import { isUtf8 } from 'node:buffer';
import { RequestError } from '../errors.ts';
import { notSafetensors } from './foreign.ts';
import { parseJson } from './json/json-text.ts';

/** The format allows 100 MB; names, shapes and options of one request need far less. */
const MAX_HEADER_BYTES = 2 ** 20;
const LENGTH_BYTES = 8;

/** One tensor as the header describes it, with its range in the file. */
export interface HeaderEntry {
  name: string;
  dtype: string;
  shape: unknown[];
  start: number;
  end: number;
}

export interface SafetensorsHeader {
  entries: HeaderEntry[];
  metadata: ReadonlyMap<string, string>;
}

/**
 * @param body the file, or as much of it as its header is
 * @param end how long the file is
 * @throws RequestError `invalid_safetensors`
 */
export function readHeader(body: Uint8Array, end = body.length): SafetensorsHeader {
  const dataStart = dataStartOf(body);
  const entries: HeaderEntry[] = [];
  let metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(parseHeader(body, dataStart))) {
    if (name === '__metadata__') metadata = readMetadata(value);
    else entries.push(readEntry(name, value, dataStart));
  }
  checkCoverage(entries, dataStart, end);
  return { entries, metadata };
}

function dataStartOf(body: Uint8Array): number {
  if (body.length < LENGTH_BYTES) throw notTheFormat(body, 'it is shorter than the 8 bytes of the header length');
  const length = new DataView(body.buffer, body.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(body.length - LENGTH_BYTES)) throw notTheFormat(body, 'its header is longer than the body');
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw notTheFormat(body, `its header is longer than ${MAX_HEADER_BYTES} bytes`);
  }
  return LENGTH_BYTES + Number(length);
}

function parseHeader(body: Uint8Array, dataStart: number): object {
  // A copy, since text cannot be decoded everywhere from shared memory.
  const header = new Uint8Array(body.subarray(LENGTH_BYTES, dataStart));
  if (header[0] !== 0x7b) throw notTheFormat(body, 'its header does not start with {');
  if (!isUtf8(header)) throw broken('its header is not UTF-8');
  const value = parsed(header);
  if (value === undefined) throw broken('its header is not JSON');
  if (!isObject(value)) throw broken('its header is not an object');
  return value;
}

/** The value of JSON text as small as a header; `undefined` when it is not JSON. */
export function parsed(text: Uint8Array): unknown {
  try {
    return parseJson(text, { maxElements: MAX_HEADER_BYTES });
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

function readMetadata(value: unknown): Map<string, string> {
  if (!isObject(value)) throw broken('its __metadata__ is not an object');
  const metadata = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw broken('its __metadata__ holds a value that is not text');
    metadata.set(name, text);
  }
  return metadata;
}

function readEntry(name: string, value: unknown, dataStart: number): HeaderEntry {
  if (!isObject(value)) throw broken('its header has an entry that is not an object');
  const members = new Map<string, unknown>(Object.entries(value));
  const dtype = members.get('dtype');
  const shape = members.get('shape');
  const offsets = members.get('data_offsets');
  if (members.size !== 3 || typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(offsets)) {
    throw broken('its header has an entry without exactly dtype, shape and data_offsets');
  }
  if (!shape.every(isSize)) throw broken('its header has a shape that is not a list of whole numbers');
  if (offsets.length !== 2 || !offsets.every(isSize) || offsets[0] > offsets[1]) {
    throw broken('its header has data_offsets that are not a begin and an end');
  }
  return { name, dtype, shape, start: dataStart + offsets[0], end: dataStart + offsets[1] };
}

/** The ranges must follow each other without holes or overlaps, from the end of the header to the end of the file. */
function checkCoverage(entries: readonly HeaderEntry[], dataStart: number, end: number): void {
  let at = dataStart;
  for (const entry of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== at) throw broken('its data_offsets overlap or leave holes');
    at = entry.end;
  }
  if (at !== end) throw broken('its data_offsets do not cover the data exactly');
}

function isSize(x: unknown): x is number {
  return Number.isSafeInteger(x) && typeof x === 'number' && x >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only what cannot be the format is judged by its first bytes: they are a length, which may look like anything. */
function notTheFormat(body: Uint8Array, why: string): RequestError {
  return broken(notSafetensors(body) ?? why);
}

function broken(why: string): RequestError {
  return new RequestError('invalid_safetensors', `The body is not a safetensors file: ${why}`);
}
