/** Who asks: the key or token of every request (RFC 6750), before anything else of it is read. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Access } from '../../access/access.ts';
import { bearerOf } from '../../access/bearer.ts';
import { ANYBODY, type Principal, requireScope, type Scope } from '../../access/principal.ts';
import { RequestError } from '../../errors.ts';
import { givenTwice } from './query.ts';

/** What a route needs: nothing; nothing yet, as its handshake asks; or a key or token with a scope. */
export type Needs = 'nothing' | 'handshake' | Scope;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, where something is needed: see `principalOf`. */
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    needs?: Needs;
    /** Scopes that it needs beside that. */
    alsoNeeds?: readonly Scope[];
    /** Whether a ticket in the query does in place of a key, as pages cannot set headers there. */
    takesTicket?: boolean;
  }
}

const REALM = 'Bearer realm="spotlight"';

/** What the routes need that are added to `app` from now on, unless they say it themselves. */
export function need(app: FastifyInstance, needs: Needs): void {
  app.addHook('onRoute', (route) => {
    route.config = { needs, ...route.config };
  });
}

/** Lets requests through whose credentials are what their routes need. To be called after preflights are answered. */
export function askForCredentials(app: FastifyInstance, access: Access): void {
  app.decorateRequest('principal', undefined);
  knowAllNeeds(app);
  app.addHook('onRequest', (request, reply, done) => {
    const { needs = 'ops', alsoNeeds = [], takesTicket = false } = request.routeOptions.config;
    // Of OPTIONS only preflights are answered, and pages can send no credentials with these.
    if (request.is404 || request.method === 'OPTIONS' || needs === 'nothing' || needs === 'handshake') {
      done();
      return;
    }
    if (!access.isOn) {
      request.principal = ANYBODY;
      done();
      return;
    }
    ask(request, reply, access, { needs, takesTicket })
      .then(() => {
        for (const scope of alsoNeeds) requireOf(request, reply, scope);
      })
      .then(() => done(), done);
  });
}

/** A route that says not what it needs is a mistake of ours, which no request must have to find. */
function knowAllNeeds(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'OPTIONS') routes.push(route);
  });
  app.addHook('onReady', async () => {
    const unsaid = routes.filter(({ config }) => config?.needs === undefined).map(({ url }) => url);
    if (unsaid.length > 0) throw new Error(`routes that do not say what they need: ${unsaid.join(', ')}`);
  });
}

/**
 * Finds out who asks, and whether it may; the answer says what would have done (RFC 6750 section 3).
 * @throws RequestError `missing_credentials`, `invalid_token`, `insufficient_scope`, `issuer_unavailable`
 */
export async function ask(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  { needs, takesTicket }: { needs: Scope; takesTicket: boolean },
): Promise<void> {
  try {
    request.principal = await identifiedBy(request, access, takesTicket);
  } catch (error) {
    if (error instanceof RequestError && error.status === 401) {
      reply.header('www-authenticate', `${REALM}, error="invalid_token"`);
    }
    throw error;
  }
  if (request.principal === undefined) {
    // No error is named where there were no credentials.
    reply.header('www-authenticate', REALM);
    throw new RequestError('missing_credentials', 'send the header Authorization: Bearer, a space, and a key or token');
  }
  requireOf(request, reply, needs);
}

/**
 * Who asks, if the request says so, by its header or its ticket.
 * @throws RequestError `invalid_token`, `issuer_unavailable`, `invalid_option` for two tickets
 */
export async function identifiedBy(
  { headers: { authorization }, query }: FastifyRequest,
  access: Access,
  takesTicket: boolean,
): Promise<Principal | undefined> {
  if (!access.isOn) return ANYBODY;
  if (authorization !== undefined) {
    const token = bearerOf(authorization);
    if (token !== undefined) return await access.identify(token);
    throw new RequestError('invalid_token', 'Authorization must be Bearer, a space, and a key or token');
  }
  const { ticket }: { ticket?: unknown } = Object(query);
  if (!takesTicket || ticket === undefined) return undefined;
  // Queries are checked after credentials, by which a ticket would be gone.
  if (Array.isArray(ticket)) throw givenTwice('ticket');
  return access.asOfNow(await access.tickets.take(ticket));
}

/** Who asks, at a route that needs something. */
export function principalOf({ principal }: FastifyRequest): Principal {
  if (principal === undefined) throw new Error('nobody was asked for credentials');
  return principal;
}

/**
 * Requires one more scope than the route needs of all.
 * @throws RequestError `insufficient_scope`
 */
export function requireOf(request: FastifyRequest, reply: FastifyReply, scope: Scope): void {
  try {
    requireScope(principalOf(request), scope);
  } catch (error) {
    reply.header('www-authenticate', `${REALM}, error="insufficient_scope", scope="${scope}"`);
    throw error;
  }
}
