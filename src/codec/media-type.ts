/** Which format a body has and which one an answer gets (RFC 9110 sections 8.3 and 12.5.1). */
import { RequestError } from '../errors.ts';

export type BodyFormat = 'json' | 'safetensors';

const OFFERED: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/vnd.safetensors', 'safetensors'],
  ['application/octet-stream', 'safetensors'],
]);
const OFFER = 'application/json and application/vnd.safetensors (or application/octet-stream)';

/** The format that Content-Type names. */
export function requestType(contentType: string | undefined): BodyFormat {
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

/** The format of the answer: what Accept prefers, and among equals that of the request. */
export function answerType(contentType: string | undefined, accept: string | undefined): BodyFormat {
  const own = requestType(contentType);
  if (accept === undefined || accept.trim() === '') return own;
  const ranges = accept.split(',').map(parseRange);
  let best: BodyFormat | undefined;
  let bestQuality = 0;
  for (const [type, format] of OFFERED) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality || (quality === bestQuality && quality > 0 && format === own)) {
      best = format;
      bestQuality = quality;
    }
  }
  if (best === undefined) throw new RequestError('not_acceptable', `Accept allows none of ${OFFER}`);
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
