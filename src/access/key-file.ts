/** The file of keys: who may use the server, by the digests of their keys. */
import { z } from 'zod';
import { WrongFileError } from '../errors.ts';
import { SCOPES } from './principal.ts';

const MAX_KEYS = 1000;

const nameSchema = z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

export const keySchema = z.strictObject({
  name: nameSchema,
  scopes: z.array(z.enum(SCOPES, `must be one of ${SCOPES.join(', ')}`)).min(1, 'must not be empty'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case'),
});
export type KeyEntry = z.output<typeof keySchema>;

const fileSchema = z.strictObject({ keys: z.array(keySchema).max(MAX_KEYS) });

/**
 * The keys of a file. A name may stand there twice: that is how its owner goes from an old key to a new one.
 * @throws WrongFileError that tells the first thing that is wrong, and nothing of what stands there
 */
export function readKeys(text: string): KeyEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What JSON.parse says repeats a part of the file.
    throw new WrongFileError('is not JSON');
  }
  const read = fileSchema.safeParse(value);
  if (!read.success) {
    const [{ path, message }] = read.error.issues;
    throw new WrongFileError(`is no file of keys: ${path.length === 0 ? 'it' : path.join('.')}: ${message}`);
  }
  const { keys } = read.data;
  const digests = new Set(keys.map(({ sha256 }) => sha256));
  if (digests.size < keys.length) throw new WrongFileError('has the same key twice');
  return keys;
}

export function writeKeys(keys: readonly KeyEntry[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}
