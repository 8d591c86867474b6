import { timingSafeEqual } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../src/access/key-file.ts';
import { Keys } from '../../src/access/keys.ts';

/** FIPS 180-4, example of SHA-256: the digest of "abc". */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const entry = (sha256: string, name = 'x') => ({ name, scopes: ['attention' as const], sha256 });
const file = (...keys: unknown[]) => JSON.stringify({ keys });

describe('a key', () => {
  it('is known by its SHA-256', () => {
    const keys = new Keys([entry('0'.repeat(64), 'nobody'), entry(ABC, 'alphabet')]);
    expect(keys.find('abc')).toEqual({ id: 'key:alphabet', name: 'alphabet', scopes: new Set(['attention']) });
  });

  it.each(['', 'ab', 'abcd', 'Abc', 'abc ', ABC])('is not %j', (wrong) => {
    expect(new Keys([entry(ABC)]).find(wrong)).toBeUndefined();
  });

  // What is compared is counted, as a clock on a shared machine would tell nothing: load/key-timing.mjs has one.
  test.prop([fc.integer({ min: 0, max: 20 }), fc.nat(), fc.constantFrom('abc', 'abd', 'zzz', 'abcabc')])(
    'takes the same work whether it is right, nearly right or wrong, and wherever it stands',
    (others, place, key) => {
      const digests = Array.from({ length: others }, (_, i) => entry(i.toString(16).padStart(64, '0')));
      digests.splice(place % (others + 1), 0, entry(ABC));
      const compared: number[] = [];
      const keys = new Keys(digests, (a, b) => {
        compared.push(a.byteLength + b.byteLength);
        return timingSafeEqual(a, b);
      });
      expect(keys.find(key) !== undefined).toBe(key === 'abc');
      expect(compared).toEqual(Array.from({ length: others + 1 }, () => 64));
    },
  );
});

describe('a file of keys', () => {
  it('may name an owner twice, for an old key and a new one', () => {
    expect(readKeys(file(entry(ABC), entry('0'.repeat(64))))).toHaveLength(2);
  });

  it.each([
    ['that is not JSON', '{"keys": [secret', 'is not JSON'],
    ['that is a list', '[]', /^is no file of keys: it: must be an object whose only member is keys$/],
    ['whose keys are none', '{"keys":7}', /^is no file of keys: keys: must be a list$/],
    [
      'with a key that may do nothing',
      file({ ...entry(ABC), scopes: undefined }),
      /keys\.0\.scopes: must be a list of attention, /,
    ],
    ['with a key without a name', file({ ...entry(ABC), name: undefined }), /keys\.0\.name: must be 1 to 64 letters/],
    ['without keys', '{}', /^is no file of keys: keys: /],
    ['with a key as it is sent', file({ ...entry(ABC), key: 'secret' }), /^is no file of keys: keys\.0: /],
    ['with a digest that is none', file(entry('secret')), /^is no file of keys: keys\.0\.sha256: must be 64 hex/],
    [
      'with a scope that is none',
      file({ ...entry(ABC), scopes: ['all'] }),
      /keys\.0\.scopes\.0: must be one of attention/,
    ],
    ['with a key that may nothing', file({ ...entry(ABC), scopes: [] }), /keys\.0\.scopes: must not be empty$/],
    ['with a name that would break a line', file(entry(ABC, 'a\nb')), /keys\.0\.name: must be 1 to 64 letters/],
    ['with the same key twice', file(entry(ABC, 'a'), entry(ABC, 'b')), 'has the same key twice'],
    [
      'with more than 1000 keys',
      file(...Array.from({ length: 1001 }, (_, i) => entry(i.toString(16).padStart(64, '0')))),
      /keys: /,
    ],
  ])('%s is refused, and the secret in it is not repeated', (_what, text, message) => {
    expect(() => readKeys(text)).toThrow(message);
    expect(() => readKeys(text)).not.toThrow('secret');
  });
});
