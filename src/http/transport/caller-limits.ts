/** Limits by caller, before the body of a request is read: by key or token where these are on, else by the network of the client. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { Principal } from '../../access/principal.ts';
import type { RequestError } from '../../errors.ts';
import type { Caller, Use } from '../../limits/caller.ts';
import type { Callers } from '../../limits/callers.ts';
import { policyField, remainingField } from '../../limits/fields.ts';
import { clientAddress } from './outside.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose limits it counts for; undefined where nothing bounds it. */
    caller: Caller | undefined;
    /** Whether the bytes of its body are paid for. */
    isBodyPaid: boolean;
  }
  interface FastifyContextConfig {
    /** Whether it tells how something is, which takes no work. */
    looks?: boolean;
  }
}

/** Who counts for whom. */
export interface CallerSetting {
  callers: Callers;
  access: Pick<Access, 'isOn'>;
}

/** Whose limits a request counts for: those of its principal, where keys are on; nobody's, while that is not known. */
export function callerOf(
  request: IncomingMessage,
  principal: Principal | undefined,
  { callers, access }: CallerSetting,
): Caller | undefined {
  if (!access.isOn) return callers.at(clientAddress(request));
  return principal && callers.named(principal);
}

/** Lets requests in whose caller may send them. To be called once credentials are known. */
export function limitCallers(app: FastifyInstance, setting: CallerSetting): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('isBodyPaid', false);
  app.addHook('onRequest', (request, reply, done) => {
    const caller = isLimited(request) ? callerOf(request.raw, request.principal, setting) : undefined;
    if (caller === undefined) {
      done();
      return;
    }
    request.caller = caller;
    decide(request, reply, caller, done);
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    payBody(request);
    if (request.caller !== undefined) tell(request.caller, reply);
    done();
  });
}

/** Lets a request in or not, at once where it is known what other replicas have let in. */
function decide(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  done: (refusal: RequestError | undefined) => void,
): void {
  const use = useOf(request);
  const first = caller.toWaitFor(use === 'looking' ? 'nothing' : 'any');
  if (first !== undefined) {
    void first.then(() => decide(request, reply, caller, done));
    return;
  }
  const refusal = caller.refusal(performance.now(), use);
  if (refusal === undefined) {
    caller.count();
    reply.raw.once('close', () => payBody(request));
    // One whose client has left while its key was looked at will not end again.
    if (use === 'computing' && !reply.raw.destroyed) reply.raw.once('close', caller.begin());
  }
  // Events go out without onSend.
  tell(caller, reply);
  done(refusal);
}

/** Once what it asks for has been let in or not: a body must not use up what would let its own request in. */
function payBody(request: FastifyRequest): void {
  const { caller, body, isBodyPaid } = request;
  if (caller === undefined || isBodyPaid || !(body instanceof Uint8Array)) return;
  request.isBodyPaid = true;
  caller.payBytes(body.byteLength);
}

/** What an answer tells its caller of its limits, as header fields. */
export function limitFields(caller: Caller): Record<string, string> {
  return { 'ratelimit-policy': policyField(caller), ratelimit: remainingField(caller) };
}

function tell(caller: Caller, reply: FastifyReply): void {
  reply.headers(limitFields(caller));
}

/** Operators, probes and pages are not, as who cannot look cannot help; nor is who ends a run, which is less work. */
function isLimited({ is404, method, routeOptions }: FastifyRequest): boolean {
  const { needs, quiet = false } = routeOptions.config;
  return (
    !is404 &&
    !quiet &&
    method !== 'OPTIONS' &&
    method !== 'DELETE' &&
    (needs === 'attention' || needs === 'runs' || needs === 'handshake')
  );
}

function useOf({ method, routeOptions }: FastifyRequest): Use {
  const { needs, looks = false } = routeOptions.config;
  if (looks) return 'looking';
  return needs === 'attention' || method === 'POST' ? 'computing' : 'reading';
}
