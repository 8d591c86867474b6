/** The routes whose answers are JSON as it stands, or text and pictures. */
import type { Drawn, Shown } from '../answer.ts';
import { text } from '../check.ts';
import { jsonOf } from '../fields.ts';
import { isObject } from '../object.ts';
import { type CallOptions, checkCall, type ExampleOptions, type ShownOptions } from '../options.ts';
import { badAnswer, SpotlightError } from '../spotlight-error.ts';
import { type Http, type HttpRequest, textIn } from './http.ts';

const ACCEPT: Record<Shown, string> = { json: 'application/json', text: 'text/plain', svg: 'image/svg+xml' };
const exampleName = text(256);

/**
 * Asks for an answer in JSON, which has a member of this name; posts the request where there is one.
 * @throws SpotlightError
 */
export async function ask<A extends object>(
  http: Http,
  { path, request, member }: { path: string; request?: object; member: string },
  options: CallOptions,
): Promise<A> {
  checkCall(options, '');
  const answer = await http.json(requestOf(path, request), options);
  if (hasMember<A>(answer, member)) return answer;
  throw badAnswer(`the answer has no ${member}`);
}

/** Asks for an answer as text or as a picture. */
export async function show(http: Http, request: HttpRequest, format: Drawn, options: CallOptions): Promise<string> {
  const { contentType, bytes } = await http.send({ ...request, accept: ACCEPT[format] }, options);
  if (contentType.startsWith(ACCEPT[format])) return textIn(bytes);
  throw badAnswer(`the answer is of type ${contentType}`);
}

/** POST /attention/text */
export function askText<A extends object>(
  http: Http,
  request: object,
  { format = 'json', ...options }: ShownOptions,
): Promise<A | string> {
  const path = 'attention/text';
  if (format !== 'json') return show(http, requestOf(path, request), format, options);
  return ask<A>(http, { path, request, member: 'tokens' }, options);
}

/** GET /examples/{name} */
export function askExample<A extends object>(
  http: Http,
  name: string,
  { format = 'json', request, ...options }: ExampleOptions,
): Promise<A | string> {
  exampleName(name, '/name');
  const query = request === undefined ? '' : `?request=${encodeURIComponent(request)}`;
  const path = `examples/${encodeURIComponent(name)}${query}`;
  if (format !== 'json') return show(http, requestOf(path), format, options);
  return ask<A>(http, { path, member: 'requests' }, options);
}

/** Whether a probe is answered well; false, too, when nobody answers. */
export async function isWell(http: Http, path: string, options: CallOptions): Promise<boolean> {
  checkCall(options, '');
  try {
    await http.send({ method: 'GET', path }, { ...options, retries: { ...options.retries, attempts: 1 } });
    return true;
  } catch (error) {
    const isAnswer = error instanceof SpotlightError && (error.isTemporary || error.code === 'timed_out');
    if (isAnswer) return false;
    throw error;
  }
}

function requestOf(path: string, request?: object): HttpRequest {
  return request === undefined ? { method: 'GET', path } : { method: 'POST', path, body: jsonOf(request) };
}

function hasMember<A extends object>(value: unknown, name: string): value is A {
  return (isObject(value) || Array.isArray(value)) && name in value;
}
