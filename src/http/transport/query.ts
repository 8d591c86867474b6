/** The query parameters of every request, checked against the schema of its route before anything else is read of it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { guess } from '../../codec/unknown-field.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { inWords, isList, meantBy } from './query-text.ts';

/** Of routes that say nothing of theirs. */
const NONE = z.strictObject({});

/**
 * Refuses parameters that a route does not have, or that are given twice or wrongly. Those that were given are there as
 * their schema reads them; its defaults are for the documentation.
 */
export function readQueries(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    // Of OPTIONS only preflights are answered, before this.
    if (request.raw.url?.includes('?') && !request.is404 && request.method !== 'OPTIONS')
      request.query = readQuery(request);
    done();
  });
}

/** @throws RequestError `unknown_field`, `invalid_option` */
function readQuery({ query, routeOptions }: FastifyRequest): Record<string, unknown> {
  const { querystring } = routeOptions.schema ?? {};
  const { shape }: z.ZodObject = querystring instanceof z.ZodObject ? querystring : NONE;
  const given: Record<string, unknown> = { ...Object(query) };
  return Object.fromEntries(Object.entries(given).map(([name, text]) => [name, readParameter(name, text, shape)]));
}

function readParameter(name: string, given: unknown, shape: Record<string, unknown>): unknown {
  const pointer = pointerTo(name);
  const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
  if (!(schema instanceof z.ZodType)) {
    const names = Object.keys(shape);
    const known = names.length === 0 ? 'this path has none' : `this path has ${names.join(', ')}`;
    const detail = `There is no query parameter of this name: ${known}${guess(name, names)}`;
    throw new RequestError('unknown_field', detail, { pointer });
  }
  const text = Array.isArray(given) && isList(schema) ? given.join(',') : given;
  if (typeof text !== 'string') throw givenTwice(name);
  const read = schema.safeParse(meantBy(text, schema));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const hint = issue.code === 'invalid_value' ? guess(itemAt(text, issue.path[0]), issue.values.map(String)) : '';
  throw new RequestError('invalid_option', `${name} must be ${inWords(schema)}${hint}`, { pointer });
}

/** The fault of a parameter of which one was wanted. */
export function givenTwice(name: string): RequestError {
  return new RequestError('invalid_option', `${name} must be given once`, { pointer: pointerTo(name) });
}

/** What stands at an index of a list with commas; without an index, all of it. */
function itemAt(text: string, index: PropertyKey | undefined): string {
  return typeof index === 'number' ? text.split(',')[index] : text;
}
