import { RequestError } from '../errors.ts';

/** The fault of numbers that nothing here can hold. */
export function beyondFloat64(): RequestError {
  return new RequestError('overflow', 'the scores leave even float64: scale query and key down');
}
