/**
 * Pages of other origins (https://fetch.spec.whatwg.org/#http-cors-protocol): who may use the server, and what they are told.
 * REST, events, problem documents, WebSockets and the express lane all ask here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors.ts';
import type { Forwarded } from './forwarded.ts';
import { toldOf } from './outside.ts';

/** What pages may read beside the headers that all may. */
const EXPOSED = [
  'etag',
  'inference-header-content-length',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'server-timing',
  'tensor-shape',
  'www-authenticate',
  'x-request-id',
].join(', ');
const METHODS = 'GET, HEAD, POST, DELETE';
/** How long a browser may keep the answer to a preflight; the longest that one of them keeps it. */
const MAX_AGE_SECONDS = 86_400;

export type OriginHeaders = Pick<IncomingHttpHeaders, 'origin' | 'host' | 'sec-fetch-site'>;

/** Who asks: a program, a page of this server, a page of an origin that is listed, or a page of any other. */
type Asker = 'program' | 'own' | 'listed' | 'stranger';

export class Origins {
  /** Whether pages of all origins may use the server. */
  readonly isOpen: boolean;
  readonly #listed: ReadonlySet<string>;

  /** @param listed origins in lower case, or `*` alone */
  constructor(listed: readonly string[]) {
    this.isOpen = listed.includes('*');
    this.#listed = new Set(listed);
  }

  /** Whether what a page may read depends on where it comes from. */
  get isList(): boolean {
    return this.#listed.size > 0 && !this.isOpen;
  }

  /** @param told by a gateway that is trusted: where the page of this server would be */
  asker({ origin, host, 'sec-fetch-site': site }: OriginHeaders, told: Pick<Forwarded, 'host' | 'proto'> = {}): Asker {
    if (origin === undefined) return 'program';
    if (this.isOpen || this.#listed.has(origin.toLowerCase())) return 'listed';
    // Behind a gateway that names another host the browser knows better; no page can write this header.
    if (site === 'same-origin') return 'own';
    return isAt(origin, told.host ?? host, told.proto) ? 'own' : 'stranger';
  }

  /** The headers that let a page read an answer, for answers that do not pass through Fastify. */
  headersFor(headers: OriginHeaders): Record<string, string> {
    const exposed = { 'access-control-expose-headers': EXPOSED };
    if (this.isOpen) return { 'access-control-allow-origin': '*', ...exposed };
    if (!this.isList) return {};
    const { origin = '' } = headers;
    const isListed = this.asker(headers) === 'listed';
    return { vary: 'Origin', ...(isListed && { 'access-control-allow-origin': origin, ...exposed }) };
  }
}

/** Whether an origin is that of a host; by any protocol, where it is not known which one clients use. */
function isAt(origin: string, host: string | undefined, proto: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  if (proto === undefined) return new URL(origin).host === host.toLowerCase();
  const own = `${proto}://${host}`;
  return URL.canParse(own) && new URL(origin).origin === new URL(own).origin;
}

/**
 * Lets pages of listed origins use `app`, and refuses what pages of others would do; what these only read they do not get
 * to see. To be called before the hooks whose refusals such pages are to read.
 */
export async function letOriginsIn(app: FastifyInstance, origins: Origins): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    if (origins.isList) reply.header('vary', 'Origin');
    const isSafe = request.method === 'GET' || request.method === 'HEAD';
    const isRefused = !isSafe && origins.asker(request.headers, toldOf(request.raw)) === 'stranger';
    done(isRefused ? new RequestError('origin_not_allowed', NOT_ALLOWED) : undefined);
  });
  const shared = { methods: METHODS, exposedHeaders: EXPOSED, maxAge: MAX_AGE_SECONDS, strictPreflight: false };
  if (origins.isOpen) await app.register(cors, { ...shared, origin: '*' });
  if (!origins.isList) return;
  await app.register(cors, {
    delegator: (request, decide) => decide(null, { ...shared, origin: origins.asker(request.headers) === 'listed' }),
  });
}

/** Why a page is refused, for whoever writes or runs it. */
export const NOT_ALLOWED = 'pages of this origin may not use this server; whoever runs it lists them in CORS_ORIGINS';
