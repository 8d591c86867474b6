import { pointerTo, RequestError } from '../../errors.ts';

/**
 * The one check of options that hold a number for each batch entry or head.
 * @throws RequestError `shape_mismatch` at `/name`
 */
export function requireOneForEach(
  name: string,
  { length }: { readonly length: number },
  { count, of, orOne = false }: { count: number; of: string; orOne?: boolean },
): void {
  if (length === count || (orOne && length === 1)) return;
  const detail = `${name} has ${length} numbers; it needs ${orOne ? 'one, or ' : ''}one for each of the ${count} ${of}`;
  throw new RequestError('shape_mismatch', detail, { pointer: pointerTo(name) });
}
