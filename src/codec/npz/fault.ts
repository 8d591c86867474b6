import { type ErrorPlace, RequestError } from '../../errors.ts';

/** The fault of a body that cannot be read as an archive of NumPy; `why` ends its sentence. */
export function notNpz(why: string, place: ErrorPlace = {}): RequestError {
  return new RequestError('invalid_npz', `The body is not an .npz archive: ${why}`, place);
}
