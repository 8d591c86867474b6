/** POST /runs, GET and DELETE /runs/{id}, and the steps of a run as server-sent events. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestType } from '../../codec/media-type.ts';
import { RequestError } from '../../errors.ts';
import { problemOf } from '../../problem-document.ts';
import type { RunDocument } from '../../stream/protocol.ts';
import type { Run } from '../../stream/run.ts';
import type { Starter } from '../../stream/starter.ts';
import type { Streams } from '../../stream/streams.ts';
import { lastSeen } from '../../stream/viewer.ts';
import type { EventsQuery } from '../documents/query-schemas.ts';
import { eventsRoute, runDeleteRoute, runRoute, runStartRoute } from '../documents/run-schemas.ts';
import { readStepping } from './stepping.ts';

type ById = { Params: { id: string } };
type Events = ById & { Querystring: EventsQuery };

export function runRoutes(app: FastifyInstance, streams: Streams): void {
  const { starter } = streams;

  app.post<{ Body: Uint8Array | null }>('/runs', { schema: runStartRoute }, async (request, reply) => {
    if (requestType(request.headers['content-type']) !== 'json') {
      throw new RequestError('unsupported_media_type', 'a run is started in JSON; POST /attention?stream=1 takes both');
    }
    const cut = await starter.cutOwn(request.body ?? new Uint8Array(0));
    const envelope = readStepping(JSON.parse(cut.envelope), () => starter.drop(cut));
    return sendStarted(await starter.start(cut, envelope), request, reply, starter);
  });

  app.get<ById>('/runs/:id', { schema: runRoute }, async (request) => {
    const run = starter.runs.find(request.params.id);
    return documentOf(run, request, starter);
  });

  app.delete<ById>('/runs/:id', { schema: runDeleteRoute }, async (request, reply) => {
    starter.cancel(request.params.id);
    return reply.code(204).send();
  });

  app.get<Events>('/runs/:id/events', { schema: eventsRoute }, async (request, reply) => {
    const run = starter.runs.find(request.params.id);
    const { after, ...only } = request.query;
    const header = request.headers['last-event-id'];
    const seen = typeof header === 'string' && header !== '' ? lastSeen(header) : (after ?? 0);
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.setHeader('content-type', 'text/event-stream; charset=utf-8');
    reply.raw.setHeader('cache-control', 'no-store');
    // nginx would gather events until its buffer is full.
    reply.raw.setHeader('x-accel-buffering', 'no');
    streams.follow(run, { response: reply.raw, requestId: request.id }, { after: seen, only });
    reply.hijack();
  });
}

/** 201 with the run that was started. */
export function sendStarted(run: Run, request: FastifyRequest, reply: FastifyReply, starter: Starter): FastifyReply {
  return reply
    .code(201)
    .header('location', `/runs/${run.id}`)
    .send(documentOf(run, request, starter));
}

function documentOf(run: Run, { id }: FastifyRequest, { runs }: Starter): RunDocument {
  const error = run.endedWith;
  const expiry = runs.expiryOf(run);
  return {
    run: run.id,
    state: error !== undefined ? 'failed' : run.isRunning ? 'running' : 'finished',
    plan: run.about,
    viewers: run.viewers,
    created_at: new Date(run.createdAt).toISOString(),
    expires_at: expiry === undefined ? null : new Date(expiry).toISOString(),
    ...(run.summary !== undefined && { summary: run.summary }),
    ...(error !== undefined && { problem: problemOf(error, id) }),
  };
}
