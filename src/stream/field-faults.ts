/** What is wrong with a field of a message, or of POST /runs, in words of our own: one wording and one code for both. */
import type { z } from 'zod';
import { deepest } from '../codec/read-options.ts';
import { guess } from '../codec/unknown-field.ts';
import { pointerTo, RequestError } from '../errors.ts';

/** What a field must be, as the end of a sentence; those of every message have one meaning each. */
const FIELDS: Readonly<Record<string, string>> = {
  detail: 'one of "whole", "head", "row" and "tile"',
  tile_rows: 'an integer from 1 to 256',
  tile_keys: 'an integer from 1 to 4096',
  only: 'an object with steps (their names), heads and rows (lists of integers of at least 0)',
  credits: 'an integer of at least 0',
  paused: 'true or false',
  run: 'the id of a run, of 1 to 64 characters',
  after: 'the number of a step, an integer of at least 0',
  n: 'an integer of at least 1',
  to: 'the number of a step, an integer of at least 1',
  steps_per_second: 'a number from 0.01 to 10000, or null',
  encoding: '"json" or "binary"',
  token: 'a text of at most 4096 characters',
  t: 'a number, or a text of at most 128 characters',
};

/**
 * The first fault of the members of an object.
 * @param known the fields that it may have
 */
export function fieldFault(
  members: Readonly<Record<string, unknown>>,
  { issues: [first] }: z.ZodError,
  known: readonly string[],
): RequestError {
  const issue = deepest(first);
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  if (issue.code === 'unrecognized_keys') {
    const [name] = issue.keys;
    const names = path.length === 0 ? known : ['steps', 'heads', 'rows'];
    const detail = `There is no field of this name${guess(name, names)}`;
    return new RequestError('unknown_field', detail, { pointer: pointerTo(...path, name) });
  }
  const field = String(path[0]);
  const pointer = pointerTo(...path);
  const must = `must be ${FIELDS[field] ?? 'something else'}`;
  if (!Object.hasOwn(members, field)) {
    return new RequestError('missing_field', `${field} is missing: it ${must}`, { pointer });
  }
  const names =
    issue.code === 'invalid_value' && path.length > 1 ? `; ${pointer} is none of ${issue.values.join(', ')}` : '';
  return new RequestError('invalid_option', `${field} ${must}${names}`, { pointer });
}
