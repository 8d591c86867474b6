/**
 * The names that the server answers for. A page can have a name of its own point to any address, and then reads what answers
 * there as its own origin (DNS rebinding); a server that knows its names answers none but these (RFC 9110 section 7.4).
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { RequestError } from '../../errors.ts';
import type { Origins } from './origins.ts';
import { hostOf, isProbe } from './outside.ts';

export class AllowedHosts {
  readonly #names: ReadonlySet<string>;
  /** `.example.org` of `*.example.org`. */
  readonly #endings: readonly string[];

  /** @param names in lower case, without ports; none = all */
  constructor(names: readonly string[]) {
    this.#names = new Set(names);
    this.#endings = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  }

  /** Whether the server answers for the host that a request names; its port does not count. */
  allow(request: IncomingMessage): boolean {
    if (this.#names.size === 0) return true;
    const name = hostOf(request)
      ?.toLowerCase()
      .replace(/\.?(:\d*)?$/, '');
    if (name === undefined) return false;
    return this.#names.has(name) || this.#endings.some((ending) => name.endsWith(ending) && name !== ending);
  }
}

/** Refuses requests for other hosts, before anything else is looked at. */
export function requireHost(app: FastifyInstance, hosts: AllowedHosts, origins: Origins): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (hosts.allow(request.raw) || isProbe(request.routeOptions.url ?? '')) return done();
    // Pages that may use the server may read why not here.
    reply.headers(origins.headersFor(request.headers));
    done(new RequestError('misdirected_request', 'this server is not known by that name; see ALLOWED_HOSTS'));
  });
}
