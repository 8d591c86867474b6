/** The file of keys: who may use the server, by the digests of their keys. */
import { z } from 'zod';
import { WrongFileError } from '../errors.ts';
import type { Rates } from '../limits/rates.ts';
import { readChecked } from './checked-json.ts';
import { SCOPES } from './principal.ts';

const MAX_KEYS = 1000;

const NAME = 'must be 1 to 64 letters, digits, dots, dashes or underscores';
const DIGEST = 'must be 64 hexadecimal digits in lower case';

/** What a bound may be; null lifts the one that all have. */
const bound = (schema: z.ZodNumber) => schema.nullable().optional();
const RATE = 'must be a number above 0, or null';
const COUNT = 'must be an integer above 0, or null';
const rate = bound(z.number(RATE).gt(0, RATE));
const count = bound(z.int(COUNT).min(1, COUNT));

/** As CALLER_REQUEST_RATE and its like, for one key. */
const limitsSchema = z
  .strictObject(
    { request_rate: rate, request_burst: count, work_rate: rate, work_burst: count, concurrency: count },
    'must be an object of request_rate, request_burst, work_rate, work_burst and concurrency',
  )
  .refine((own) => isGiven(own.request_rate) || !isGiven(own.request_burst), 'request_burst needs a request_rate')
  .refine((own) => isGiven(own.work_rate) || !isGiven(own.work_burst), 'work_burst needs a work_rate');

const isGiven = (bound: number | null | undefined) => bound !== undefined && bound !== null;

const nameSchema = z.string(NAME).regex(/^[\w.-]{1,64}$/, NAME);

export const keySchema = z.strictObject(
  {
    name: nameSchema,
    scopes: z
      .array(z.enum(SCOPES, `must be one of ${SCOPES.join(', ')}`), `must be a list of ${SCOPES.join(', ')}`)
      .min(1, 'must not be empty'),
    sha256: z.string(DIGEST).regex(/^[0-9a-f]{64}$/, DIGEST),
    limits: limitsSchema.optional(),
  },
  'must be an object of name, scopes, sha256 and, if it has its own, limits',
);
export type KeyEntry = z.output<typeof keySchema>;

/** What the entry of a key says of its limits; undefined where it has none of its own. */
export function ratesOf({ limits }: KeyEntry): Rates | undefined {
  if (limits === undefined) return undefined;
  const rates: Rates = {};
  if (limits.request_rate !== undefined) {
    rates.requestRate = limits.request_rate ?? undefined;
    rates.requestBurst = limits.request_burst ?? undefined;
  }
  if (limits.work_rate !== undefined) {
    rates.workRate = limits.work_rate ?? undefined;
    rates.workBurst = limits.work_burst ?? undefined;
  }
  if (limits.concurrency !== undefined) rates.concurrency = limits.concurrency ?? undefined;
  return rates;
}

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
