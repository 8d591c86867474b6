/** JSON Web Tokens (RFC 7519, RFC 9068), by jose. */
import { randomBytes } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { RequestError } from '../errors.ts';
import { sha256 } from './digest.ts';
import { type Principal, SCOPES, type Scope } from './principal.ts';

/** Asymmetric ones only: what checks a token must not be able to make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** How far clocks may differ. */
const CLOCK_SECONDS = 5;
/** A token that was checked is believed for so long, until it expires at most. */
const BELIEVED_MS = 60_000;
const MOST_BELIEVED = 1000;
const MAX_SUBJECT = 256;
/** As much of an issuer is told in a line of log. */
const TOLD_OF_ISSUER = 128;

export interface TokenRules {
  issuer: string;
  audience: string;
  /** Gives the key of a token; tokens are checked with what it gives at the time. */
  keys: () => JWTVerifyGetKey;
  log: { warn(fields: object, message: string): void };
}

interface Believed {
  principal: Principal;
  /** When it ends, as `Date.now()`: its issuer said so by the clock. */
  expiry: number;
  /** As `performance.now()`, which does not jump. */
  until: number;
}

/** Whether a token has the form of a signed JSON Web Token (RFC 7515 section 7.1). */
export function isJwt(token: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(token);
}

/** Checks tokens. Invariant: `#believed` holds at most MOST_BELIEVED, those that were checked first in front. */
export class Tokens {
  readonly #rules: TokenRules;
  readonly #believed = new Map<string, Believed>();
  /** Digests with it cannot be guessed, so that how long a look-up takes tells nothing of the tokens that are believed. */
  readonly #secret = randomBytes(32).toString('base64');

  constructor(rules: TokenRules) {
    this.#rules = rules;
  }

  /** Whose token it is, if that was found out lately. */
  known(token: string): Principal | undefined {
    const digest = this.#digestOf(token);
    const found = this.#believed.get(digest);
    if (found === undefined) return undefined;
    if (found.until > performance.now() && found.expiry > Date.now()) return found.principal;
    this.#believed.delete(digest);
    return undefined;
  }

  /** @throws RequestError `invalid_token`, `issuer_unavailable` */
  async check(token: string): Promise<Principal> {
    const { issuer, audience, keys, log } = this.#rules;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys(), {
        ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_SECONDS },
        requiredClaims: ['exp', 'sub'],
      }));
    } catch (error) {
      const why = whyInvalid(error);
      if (why !== undefined) throw new RequestError('invalid_token', why);
      log.warn({ err: error }, 'tokens cannot be checked: their keys could not be fetched from JWKS_URL');
      throw new RequestError('issuer_unavailable', 'the keys to check this token with could not be fetched; try again');
    }
    const principal = principalOf(payload);
    this.#believe(token, principal, payload.exp ?? 0);
    return principal;
  }

  /** Believes nothing any more, for keys that have changed. */
  forget(): void {
    this.#believed.clear();
  }

  #believe(token: string, principal: Principal, expiry: number): void {
    for (const digest of this.#believed.keys()) {
      if (this.#believed.size < MOST_BELIEVED) break;
      this.#believed.delete(digest);
    }
    const until = performance.now() + BELIEVED_MS;
    this.#believed.set(this.#digestOf(token), { principal, expiry: expiry * 1000, until });
  }

  #digestOf(token: string): string {
    return sha256(this.#secret + token).toString('base64');
  }
}

/** @throws RequestError `invalid_token` */
function principalOf(payload: JWTPayload): Principal {
  const { sub, iss = '' } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT) {
    throw new RequestError('invalid_token', `the claim sub must be a text of 1 to ${MAX_SUBJECT} characters`);
  }
  return { id: `jwt:${sub}`, name: `${iss.slice(0, TOLD_OF_ISSUER)} ${sub}`, scopes: new Set(scopesOf(payload)) };
}

/** `scope` with spaces between (RFC 8693 section 4.2), or `scp`, a list or the same, as Azure and Okta write it. */
function scopesOf({ scope, scp }: JWTPayload): Scope[] {
  const given = [scope, scp].flat().flatMap((text) => (typeof text === 'string' ? text.split(' ') : []));
  return SCOPES.filter((name) => given.includes(name));
}

/** What is wrong with a token; undefined when that could not be found out. */
function whyInvalid(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.reason === 'missing'
      ? `the token has no claim ${error.claim}, which is needed here`
      : `the claim ${error.claim} of the token is not what this server takes`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return `the token must be signed with one of ${ALGORITHMS.join(', ')}`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token is wrong';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'the token is signed with a key that the issuer does not publish';
  const isMalformed = [
    errors.JWSInvalid,
    errors.JWTInvalid,
    errors.JOSENotSupported,
    errors.JWKSMultipleMatchingKeys,
  ].some((type) => error instanceof type);
  return isMalformed ? 'the token is not one that can be checked here' : undefined;
}
