import { pointerTo, RequestError } from '../../errors.ts';

/** What a body lacks of a request of the protocol. */
export function fault(detail: string, ...place: PropertyKey[]): RequestError {
  return new RequestError('invalid_inference', detail, place.length === 0 ? {} : { pointer: pointerTo(...place) });
}

/** A name that was sent, for a sentence: longer ones are cut, so that an answer echoes no body. */
export function quoted(name: string): string {
  return JSON.stringify(name.length <= 64 ? name : `${name.slice(0, 64)}…`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
