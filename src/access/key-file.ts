/** The file of keys: who may use the server, by the digests of their keys. */
import { z } from 'zod';
import { WrongFileError } from '../errors.ts';
import { readChecked } from './checked-json.ts';
import { SCOPES } from './principal.ts';

const MAX_KEYS = 1000;

const NAME = 'must be 1 to 64 letters, digits, dots, dashes or underscores';
const DIGEST = 'must be 64 hexadecimal digits in lower case';

const nameSchema = z.string(NAME).regex(/^[\w.-]{1,64}$/, NAME);

export const keySchema = z.strictObject(
  {
    name: nameSchema,
    scopes: z
      .array(z.enum(SCOPES, `must be one of ${SCOPES.join(', ')}`), `must be a list of ${SCOPES.join(', ')}`)
      .min(1, 'must not be empty'),
    sha256: z.string(DIGEST).regex(/^[0-9a-f]{64}$/, DIGEST),
  },
  'must be an object of name, scopes and sha256',
);
export type KeyEntry = z.output<typeof keySchema>;

const fileSchema = z.strictObject(
  { keys: z.array(keySchema, 'must be a list').max(MAX_KEYS, `must be at most ${MAX_KEYS}`) },
  'must be an object whose only member is keys',
);

/**
 * The keys of a file. A name may stand there twice: that is how its owner goes from an old key to a new one.
 * @throws WrongFileError that tells the first thing that is wrong, and nothing of what stands there
 */
export function readKeys(text: string): KeyEntry[] {
  const { keys } = readChecked(text, fileSchema, 'file of keys');
  const digests = new Set(keys.map(({ sha256 }) => sha256));
  if (digests.size < keys.length) throw new WrongFileError('has the same key twice');
  return keys;
}

export function writeKeys(keys: readonly KeyEntry[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}
