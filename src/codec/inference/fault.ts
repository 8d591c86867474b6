import { pointerTo, RequestError } from '../../errors.ts';

/** What a body lacks of a request of the protocol. */
export function fault(detail: string, ...place: PropertyKey[]): RequestError {
  return new RequestError('invalid_inference', detail, place.length === 0 ? {} : { pointer: pointerTo(...place) });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
