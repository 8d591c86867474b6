/** What is wrong with a field of a message, or of POST /runs, in words of our own: one wording and one code for both. */
import type { z } from 'zod';
import { expectationOf } from '../codec/option.ts';
import { deepest } from '../codec/read-options.ts';
import { guess } from '../codec/unknown-field.ts';
import { pointerTo, RequestError } from '../errors.ts';
import { filterSchema } from './client-messages.ts';

/**
 * The first fault of the members of an object.
 * @param fields as which they were read
 * @param known the fields that it may have
 */
export function fieldFault(
  members: Readonly<Record<string, unknown>>,
  { issues: [first] }: z.ZodError,
  { fields, known }: { fields: Readonly<Record<string, z.ZodType>>; known: readonly string[] },
): RequestError {
  const issue = deepest(first);
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const [name] = issue.keys;
    const names = path.length === 0 ? known : Object.keys(filterSchema.shape);
    const detail = `There is no field of this name${guess(name, names)}`;
    return new RequestError('unknown_field', detail, { pointer: pointerTo(...path, name) });
  }
  const field = String(path[0]);
  const pointer = pointerTo(...path);
  const must = `must be ${expectationOf(fields[field])}`;
  if (!Object.hasOwn(members, field)) {
    return new RequestError('missing_field', `${field} is missing: it ${must}`, { pointer });
  }
  const names =
    issue.code === 'invalid_value' && path.length > 1 ? `; ${pointer} is none of ${issue.values.join(', ')}` : '';
  return new RequestError('invalid_option', `${field} ${must}${names}`, { pointer });
}
