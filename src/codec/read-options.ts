import type { z } from 'zod';
import { pointerTo, RequestError } from '../errors.ts';
import { withoutNulls } from './nulls.ts';
import { expectationOf } from './option.ts';
import type { TensorFields } from './tensor-request.ts';
import { unknownField } from './unknown-field.ts';

/**
 * The options of a request as their schema understands them.
 * @throws RequestError for the first option that is unknown or wrong
 */
export function readOptions<S extends z.ZodObject>(
  schema: S,
  options: Record<string, unknown>,
  tensorFields: TensorFields,
): z.output<S> {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(schema.shape, name)) {
      throw unknownField(name, [...Object.keys(schema.shape), ...Object.keys(tensorFields)]);
    }
  }
  const given = Object.values(options).some(mayHoldNull) ? withoutNulls(options, schema.shape) : options;
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issue = deepest(read.error.issues[0]);
  const name = String(issue.path[0]);
  const expects = expectationOf(schema.shape[name]);
  if (issue.code === 'unrecognized_keys') {
    throw new RequestError('unknown_field', `${name} must be ${expects}`, {
      pointer: pointerTo(...issue.path, issue.keys[0]),
    });
  }
  const pointer = pointerTo(...issue.path);
  if (name.startsWith('dropout') && typeof options[name] === 'number') {
    const detail = `${name} must be 0 or left out: the service computes exact attention, the same each time`;
    throw new RequestError('dropout_unsupported', detail, { pointer });
  }
  if (!Object.hasOwn(given, name)) {
    throw new RequestError('missing_field', `${name} is missing: it must be ${expects}`, { pointer });
  }
  throw new RequestError('invalid_option', `${name} must be ${expects}`, { pointer });
}

/** Null, or an object that may have some; lists have none. */
function mayHoldNull(option: unknown): boolean {
  return typeof option === 'object' && !Array.isArray(option);
}

/** Of an issue with several ways to be right, the way that came furthest tells the most. */
export function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  let best: z.core.$ZodIssue = issue;
  for (const [first] of issue.errors) {
    if (first === undefined) continue;
    const inner = deepest({ ...first, path: [...issue.path, ...first.path] });
    if (inner.path.length > best.path.length) best = inner;
  }
  return best;
}
