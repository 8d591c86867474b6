/** Which format a body has and which one an answer gets (RFC 9110 sections 8.3 and 12.5.1). */
import { RequestError } from '../errors.ts';
import { beginsAsNpy, beginsAsZip } from './foreign.ts';

export type BodyFormat = 'json' | 'safetensors' | 'npz';

/** Archives of NumPy have no registered type; this one is used for them. */
export const NPZ_TYPE = 'application/x-npz';

const OFFERED: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/vnd.safetensors', 'safetensors'],
  ['application/octet-stream', 'safetensors'],
  [NPZ_TYPE, 'npz'],
  ['application/zip', 'npz'],
]);
const OFFER =
  'application/json, application/vnd.safetensors (or application/octet-stream) and application/x-npz (or application/zip)';

/** What clients say of a file that they know nothing of: curl --data-binary, Python's urllib, and requests, which says nothing. */
const UNSAID = new Set(['application/x-www-form-urlencoded', '']);

/** In which formats people look at numbers. */
export type ShownFormat = 'text' | 'svg';

const SHOWN: readonly (readonly [type: string, format: ShownFormat])[] = [
  ['text/plain', 'text'],
  ['image/svg+xml', 'svg'],
];

/** In which formats an answer of tensors can be given. */
export type TensorFormat = BodyFormat | ShownFormat;

const TENSORS_OFFERED: ReadonlyMap<string, TensorFormat> = new Map<string, TensorFormat>([...OFFERED, ...SHOWN]);

/** The format that Content-Type names. */
export function requestType(contentType: string | undefined): BodyFormat {
  // As nearly all say it; the rest of this costs as much as reading a tiny body.
  if (contentType === 'application/json') return 'json';
  const { type, parameters } = parseMediaType(contentType ?? '');
  const format = OFFERED.get(type);
  if (format === undefined) {
    throw new RequestError('unsupported_media_type', `Content-Type must be one of ${OFFER}`);
  }
  const charset = parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  if (format === 'json' && charset !== 'utf-8' && charset !== 'utf8') {
    throw new RequestError('unsupported_media_type', 'JSON is always UTF-8; another charset cannot be read');
  }
  return format;
}

/**
 * The type of a body of tensors: what Content-Type says, or that of NumPy's archives where that may be anything and the first
 * bytes tell. An .npy file is taken for one, whose reader says what to send in its place.
 */
export function tensorBodyType(contentType: string, body: Uint8Array): string {
  if (contentType === 'application/json') return contentType;
  const { type } = parseMediaType(contentType);
  if (OFFERED.get(type) === 'npz') return NPZ_TYPE;
  const mayBe = UNSAID.has(type) || type === 'application/octet-stream';
  return mayBe && (beginsAsZip(body) || beginsAsNpy(body)) ? NPZ_TYPE : contentType;
}

/** The same before the body is there: where Content-Type may be anything, what can be read then. */
export function announcedTensorType(contentType: string | undefined): string {
  const { type } = parseMediaType(contentType ?? '');
  return contentType === undefined || UNSAID.has(type) ? NPZ_TYPE : contentType;
}

/** Refuses a body that is not JSON, for routes that read nothing else. */
export function requireJson(contentType: string | undefined): void {
  if (parseMediaType(contentType ?? '').type !== 'application/json') {
    throw new RequestError('unsupported_media_type', 'Content-Type must be application/json');
  }
  requestType(contentType);
}

/** Refuses what no body of the Open Inference Protocol is called; many of its clients say nothing. */
export function requireInference(contentType: string | undefined): void {
  if (contentType === undefined || contentType === '') return;
  const { type } = parseMediaType(contentType);
  if (type === 'application/json') requestType(contentType);
  else if (type !== 'application/octet-stream') {
    const detail = 'Content-Type must be application/json or application/octet-stream, or be left out';
    throw new RequestError('unsupported_media_type', detail);
  }
}

/** The format of the answer: what Accept prefers, and among equals that of the request. */
export function answerType(contentType: string | undefined, accept: string | undefined): TensorFormat {
  const offer = [...TENSORS_OFFERED.keys()].join(', ');
  return preferred(accept, TENSORS_OFFERED, { own: requestType(contentType), offer });
}

/** Refuses a client that does not take JSON, for routes that give nothing else. */
export function requireJsonAnswer(accept: string | undefined): void {
  preferred(accept, new Map([['application/json', 'json']]), { own: 'json', offer: 'application/json' });
}

const TILE_OFFERED: ReadonlyMap<string, 'safetensors' | 'float32' | 'json'> = new Map([
  ['application/vnd.safetensors', 'safetensors'],
  ['application/octet-stream', 'float32'],
  ['application/json', 'json'],
]);

/** The format of a tile of a matrix: what Accept prefers, and among equals safetensors; bare numbers are an octet-stream. */
export function tileType(accept: string | undefined): 'safetensors' | 'float32' | 'json' {
  return preferred(accept, TILE_OFFERED, { own: 'safetensors', offer: [...TILE_OFFERED.keys()].join(', ') });
}

/** In which formats an answer over text can be given. */
export type TextFormat = 'json' | ShownFormat;

const TEXT_OFFERED: ReadonlyMap<string, TextFormat> = new Map<string, TextFormat>([
  ['application/json', 'json'],
  ...SHOWN,
]);

/** The format of an answer over text: what Accept prefers, and among equals JSON. */
export function textAnswerType(accept: string | undefined): TextFormat {
  return preferred(accept, TEXT_OFFERED, { own: 'json', offer: [...TEXT_OFFERED.keys()].join(', ') });
}

/** Whether Accept rather takes a page than JSON, as browsers do; whoever takes anything gets JSON. */
export function prefersHtml(accept = ''): boolean {
  const ranges = accept.split(',').map(parseRange);
  return qualityOf('text/html', ranges) > qualityOf('application/json', ranges);
}

/** The format that Accept prefers of those offered by media type, and among equals `own`. */
function preferred<Format>(
  accept: string | undefined,
  offered: ReadonlyMap<string, Format>,
  { own, offer }: { own: Format; offer: string },
): Format {
  if (accept === undefined || accept.trim() === '') return own;
  const ranges = accept.split(',').map(parseRange);
  let best: Format | undefined;
  let bestQuality = 0;
  for (const [type, format] of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality || (quality === bestQuality && quality > 0 && format === own)) {
      best = format;
      bestQuality = quality;
    }
  }
  if (best === undefined) throw new RequestError('not_acceptable', `Accept allows none of ${offer}`);
  return best;
}

interface Range {
  type: string;
  quality: number;
}

/** How much a type is wanted: the quality of the most specific range that covers it, 0 when none does. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const pattern of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const covering = ranges.filter((range) => range.type === pattern);
    if (covering.length > 0) return Math.max(...covering.map((range) => range.quality));
  }
  return 0;
}

function parseRange(text: string): Range {
  const { type, parameters } = parseMediaType(text);
  const weight = parameters.get('q') ?? '1';
  return { type, quality: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 };
}

/** Type and parameters, in lower case where case does not matter. No type that is offered has a quoted comma or semicolon. */
function parseMediaType(text: string): { type: string; parameters: ReadonlyMap<string, string> } {
  const [type, ...rest] = text.split(';');
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf('=');
    if (equals < 0) continue;
    const value = parameter.slice(equals + 1).trim();
    parameters.set(parameter.slice(0, equals).trim().toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return { type: type.trim().toLowerCase(), parameters };
}
