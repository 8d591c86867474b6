/** Public keys (RFC 7517), from a file or from where an issuer publishes them. */
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { readChecked } from './checked-json.ts';

/** How long fetching them may take. */
const FETCH_MS = 5000;
const MAX_BYTES = 2 ** 20;
const MAX_KEYS = 100;

/** Asymmetric keys, and nothing of them that is secret. */
const setSchema = z.looseObject({
  keys: z
    .array(
      z
        .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP'], 'must be RSA, EC or OKP') })
        .refine((key) => !('d' in key), 'is a private key, which is for the issuer only'),
    )
    .min(1, 'must not be empty')
    .max(MAX_KEYS),
});

/** @throws WrongFileError */
export function readKeySet(text: string): JSONWebKeySet {
  return readChecked(text, setSchema, 'set of public keys');
}

/** Finds the key of a token in a set. */
export function keysIn(set: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(set);
}

/**
 * Finds it at a URL: fetched at once, when a key is not known, at most every 30 s, and anew after 10 minutes.
 * @param onUnfetched is told why the first fetch failed, if it did; later ones are told by whoever needs a key
 */
export function keysAt(url: URL, onUnfetched: (why: string) => void): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { timeoutDuration: FETCH_MS, [customFetch]: boundedFetch });
  keys.reload().catch((error: unknown) => onUnfetched(reasonOf(error)));
  return keys;
}

/** fetch says why in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** As fetch, but an answer that is too long is none. */
async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const { body, status } = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > MAX_BYTES) throw new Error(`the keys at JWKS_URL have more than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status });
}
