/** POST /runs, GET and DELETE /runs/{id}, and the steps of a run as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestType } from '../../codec/media-type.ts';
import { RequestError } from '../../errors.ts';
import type { LentMemory } from '../../pool/pool-memory.ts';
import { positionIn } from '../../stream/event.ts';
import type { Run } from '../../stream/run.ts';
import { documentOf } from '../../stream/run-document.ts';
import type { Starter } from '../../stream/starter.ts';
import { readStepping } from '../../stream/stepping.ts';
import type { Streams } from '../../stream/streams.ts';
import type { EventsQuery } from '../documents/query-schemas.ts';
import { eventsRoute, runDeleteRoute, runRoute, runStartRoute } from '../documents/run-schemas.ts';
import { principalOf } from '../transport/credentials.ts';
import { recipientOf } from '../transport/errors.ts';
import { eventHead } from './event-head.ts';
import { untilTaken } from './until-taken.ts';

type ById = { Params: { id: string } };
type Events = ById & { Querystring: EventsQuery };

const config = { needs: 'runs' } as const;

export function runRoutes(app: FastifyInstance, streams: Streams, memory: Pick<LentMemory, 'release'>): void {
  const { starter } = streams;

  // Before its body is read.
  const onRequest = async ({ headers }: FastifyRequest) => requireJson(headers['content-type']);
  app.post<{ Body: Uint8Array | null }>(
    '/runs',
    { schema: runStartRoute, onRequest, config },
    async (request, reply) => {
      const body = request.body ?? new Uint8Array(0);
      const cut = await starter.cutOwn(body);
      const stepping = untilTaken(memory, body, () => readStepping(cut.envelope));
      return sendStarted(await starter.start(cut, stepping, askerOf(request)), request, reply, starter);
    },
  );

  app.get<ById>('/runs/:id', { schema: runRoute, config }, async (request) => {
    const run = await starter.runs.find(request.params.id, askerOf(request));
    return documentOf(run, starter.runs, recipientOf(request));
  });

  app.delete<ById>('/runs/:id', { schema: runDeleteRoute, config }, async (request, reply) => {
    await starter.cancel(request.params.id, askerOf(request));
    return reply.code(204).send();
  });

  const events = { schema: eventsRoute, exposeHeadRoute: false, config: { ...config, takesTicket: true } };
  app.get<Events>('/runs/:id/events', events, async (request, reply) => {
    const { after, ticket: _, ...only } = request.query;
    const seen = positionIn(request.headers['last-event-id']) ?? after ?? 0;
    // Whatever has become of the run since: an EventSource that is told so comes back no more.
    if (seen === 'end') return reply.code(204).send();
    const run = await starter.runs.find(request.params.id, askerOf(request));
    const response = eventHead(reply);
    // Who left while its ticket or token was looked at would be watching for ever.
    if (!response.destroyed) streams.follow(run, { response, recipient: recipientOf(request) }, { after: seen, only });
    reply.hijack();
  });
}

/** Who asks for a run, and pays for it. */
export const askerOf = (request: FastifyRequest) => ({ principal: principalOf(request).id, payer: request.caller });

/** @throws RequestError `unsupported_media_type` */
function requireJson(contentType: string | undefined): void {
  if (requestType(contentType) === 'json') return;
  throw new RequestError(
    'unsupported_media_type',
    'a run is started in JSON; POST /attention?stream=1 takes the other formats, too',
  );
}

/** 201 with the run that was started. */
export function sendStarted(run: Run, request: FastifyRequest, reply: FastifyReply, starter: Starter): FastifyReply {
  return reply
    .code(201)
    .header('location', `/runs/${run.id}`)
    .send(documentOf(run, starter.runs, recipientOf(request)));
}
