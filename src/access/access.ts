/** Who may use the server: whoever reaches it, or whoever has a key or a token. */
import { isIP } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import { type Config, ConfigError } from '../config/config.ts';
import { RequestError } from '../errors.ts';
import type { RedisLink } from '../redis/redis-link.ts';
import { bearerOf } from './bearer.ts';
import { keysAt, keysIn, readKeySet } from './jwks.ts';
import { readKeys } from './key-file.ts';
import { Keys } from './keys.ts';
import { ANYBODY, type Principal, requireScope, type Scope } from './principal.ts';
import { SharedTickets } from './shared-tickets.ts';
import { type TicketOffice, Tickets } from './tickets.ts';
import { isJwt, Tokens } from './tokens.ts';
import { type Reloadable, WatchedFile } from './watched-file.ts';

/** What `/info` says of it. */
export const ACCESS_KINDS = ['open', 'keys', 'jwt', 'keys_and_jwt'] as const;
type AccessKind = (typeof ACCESS_KINDS)[number];

type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
type Settings = Pick<Config, 'apiKeysFile' | 'jwksUrl' | 'jwksFile' | 'jwtIssuer' | 'jwtAudience'>;

export class Access {
  readonly kind: AccessKind;
  /** Whether a key or token is needed. */
  readonly isOn: boolean;
  readonly tickets: TicketOffice;
  readonly #keys: WatchedFile<Keys> | undefined;
  readonly #tokens: Tokens | undefined;
  readonly #files: readonly Reloadable[];

  /**
   * @param redis what replicas share, where they do: a ticket of one is good at all
   * @throws ConfigError for files that cannot be used, and settings that do not belong together
   */
  constructor(settings: Settings, log: Log, redis?: RedisLink) {
    this.tickets = redis === undefined ? new Tickets() : new SharedTickets(redis);
    const { apiKeysFile } = settings;
    if (apiKeysFile !== undefined) {
      this.#keys = new WatchedFile(
        {
          variable: 'API_KEYS_FILE',
          path: apiKeysFile,
          read: (text) => new Keys(readKeys(text)),
          tell: ({ size }) => `${size} keys`,
          warn: ({ size }) => (size === 0 ? 'with which nobody has a key' : undefined),
        },
        log,
      );
    }
    const rules = tokenRules(settings);
    const keySet = rules === undefined ? undefined : this.#keySet(settings, log);
    if (rules !== undefined && keySet !== undefined) this.#tokens = new Tokens({ ...rules, keys: keySet.keys, log });
    if (this.#tokens === undefined) this.kind = this.#keys === undefined ? 'open' : 'keys';
    else this.kind = this.#keys === undefined ? 'jwt' : 'keys_and_jwt';
    this.isOn = this.kind !== 'open';
    this.#files = [this.#keys, keySet?.file].filter((file) => file !== undefined);
  }

  /** Whose token it is, where that can be told at once; undefined, too, for one that is wrong. */
  identifyNow(token: string): Principal | undefined {
    if (!this.isOn) return ANYBODY;
    if (this.#tokens !== undefined && isJwt(token)) return this.#tokens.known(token);
    return this.#keys?.value.find(token);
  }

  /** What is said of a principal now, who was identified a while ago. */
  asOfNow(principal: Principal): Principal {
    return this.#keys?.value.principal(principal.id) ?? principal;
  }

  /** Whom an Authorization header allows what needs a scope; undefined, too, where that cannot be told at once. */
  allowedNow(authorization: string | undefined, scope: Scope): Principal | undefined {
    if (!this.isOn) return ANYBODY;
    const token = bearerOf(authorization);
    const principal = token === undefined ? undefined : this.identifyNow(token);
    return principal?.scopes.has(scope) ? principal : undefined;
  }

  /**
   * Whose token it is.
   * @throws RequestError `invalid_token`, `issuer_unavailable`
   */
  async identify(token: string): Promise<Principal> {
    const principal = this.identifyNow(token);
    if (principal !== undefined) return principal;
    if (this.#tokens !== undefined && isJwt(token)) return await this.#tokens.check(token);
    throw new RequestError('invalid_token', 'the key is not one that is known here');
  }

  /**
   * Who may use the step stream: whose token it is, or without one who is known already.
   * @throws RequestError `missing_credentials`, `invalid_token`, `insufficient_scope`, `issuer_unavailable`
   */
  async streamer(token: string | undefined, known: Promise<Principal | undefined>): Promise<Principal> {
    if (!this.isOn) return ANYBODY;
    const principal = await (token === undefined ? known : this.identify(token));
    if (principal === undefined)
      throw new RequestError('missing_credentials', 'the stream needs a key or token in hello');
    requireScope(principal, 'runs');
    return principal;
  }

  /** Reads the files anew. */
  reload(): void {
    for (const file of this.#files) file.reload();
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  #keySet({ jwksUrl, jwksFile }: Settings, log: Log): { keys: () => JWTVerifyGetKey; file?: Reloadable } {
    if (jwksUrl !== undefined) {
      const keys = keysAt(jwksUrl, (why) => {
        // Without its query, which may hold a secret of the issuer's.
        log.warn(
          `JWKS_URL is ${jwksUrl.origin}${jwksUrl.pathname}, but no keys can be fetched there now: ${why}; tokens are 503 until they can`,
        );
      });
      return { keys: () => keys };
    }
    const file = new WatchedFile(
      {
        variable: 'JWKS_FILE',
        path: jwksFile ?? '',
        read: (text) => {
          const set = readKeySet(text);
          this.#tokens?.forget();
          return { keys: keysIn(set), size: set.keys.length };
        },
        tell: ({ size }) => `${size} public keys`,
      },
      log,
    );
    return { keys: () => file.value.keys, file };
  }
}

/** @throws ConfigError */
function tokenRules({ jwksUrl, jwksFile, jwtIssuer, jwtAudience }: Settings) {
  const isAny = [jwksUrl, jwksFile, jwtIssuer, jwtAudience].some((setting) => setting !== undefined);
  if (!isAny) return undefined;
  if ((jwksUrl === undefined) === (jwksFile === undefined)) {
    throw new ConfigError('tokens are checked with the keys of JWKS_URL or of JWKS_FILE: set one of them');
  }
  if (jwtIssuer === undefined || jwtAudience === undefined) {
    throw new ConfigError('JWT_ISSUER and JWT_AUDIENCE must be set: else tokens for others would do, too');
  }
  return { issuer: jwtIssuer, audience: jwtAudience };
}

/** Says it loudly where everybody who reaches a public address may use the server. */
export function warnIfPublic({ kind }: Access, { host }: Pick<Config, 'host'>, log: Log): void {
  if (kind !== 'open' || isLoopback(host)) return;
  log.warn(
    `NO KEYS ARE SET, AND ${host} IS MORE THAN THIS MACHINE: whoever reaches it may use the server. API_KEYS_FILE or JWKS_URL turns keys on, see docs/access.md`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
