import type { z } from 'zod';
import { WrongFileError } from '../errors.ts';

/**
 * What a file holds in JSON.
 * @param what it should be, as in “is no …”
 * @throws WrongFileError that tells the first thing that is wrong, and nothing of what stands there
 */
export function readChecked<T>(text: string, schema: z.ZodType<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What JSON.parse says repeats a part of the file.
    throw new WrongFileError('is not JSON');
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues;
  throw new WrongFileError(`is no ${what}: ${path.length === 0 ? 'it' : path.join('.')}: ${message}`);
}
