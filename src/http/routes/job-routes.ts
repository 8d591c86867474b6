/** POST /jobs, GET and DELETE /jobs/{id}, its result and its events: requests that outlive their connection. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  announcedTensorType,
  answerType,
  requestType,
  requireJson,
  requireJsonAnswer,
  tensorBodyType,
  textAnswerType,
} from '../../codec/media-type.ts';
import type { Config } from '../../config/config.ts';
import { RequestError } from '../../errors.ts';
import { allowedCallback } from '../../jobs/callbacks/allowed.ts';
import { JOB_ROUTES, type Job, type JobRoute } from '../../jobs/job.ts';
import { documentOf } from '../../jobs/job-document.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { HeldBytes } from '../../pressure/held-bytes.ts';
import {
  type JobQuery,
  jobDeleteRoute,
  jobEventsRoute,
  jobResultRoute,
  jobRoute,
  jobStartRoute,
} from '../documents/jobs/job-schemas.ts';
import { principalOf } from '../transport/credentials.ts';
import { recipientOf } from '../transport/errors.ts';
import { JobEvents } from './job-events.ts';
import { type Attention, clientOf, type FormatHeaders, type Post, takeBodies } from './jobs.ts';

type ById = { Params: { id: string } };
type Start = Post & { Querystring: JobQuery };

export interface JobRoutesSetting {
  pool: Attention;
  config: Config;
  held: HeldBytes;
  jobs: Jobs;
}

/** Throws for headers that a route cannot serve. */
const CHECKS: Record<JobRoute, (headers: FormatHeaders) => void> = {
  '/attention': tensors,
  '/attention/multi-head': tensors,
  '/attention/text': (headers) => {
    requireJson(headers['content-type']);
    textAnswerType(headers.accept);
  },
  '/attention/diagnose': (headers) => {
    requestType(announcedTensorType(headers['content-type']));
    textAnswerType(headers.accept);
  },
  '/tokenize': (headers) => {
    requireJson(headers['content-type']);
    requireJsonAnswer(headers.accept);
  },
};
const READS_TENSORS: readonly JobRoute[] = ['/attention', '/attention/multi-head', '/attention/diagnose'];

export function jobRoutes(app: FastifyInstance, { pool, config, held, jobs }: JobRoutesSetting): void {
  // A job waits for its turn: that the threads are busy is no reason to refuse it.
  const patient = { isReady: true, announce: () => () => {}, memory: pool.memory };
  takeBodies(app, { pool: patient, config, held }, () => {});
  const events = new JobEvents(jobs, config);
  app.addHook('preClose', async () => events.close());

  const told = (job: Job, request: FastifyRequest) => documentOf(job, jobs.isDurable, recipientOf(request));
  const ownerOf = (request: FastifyRequest) => principalOf(request).id;
  const needs = { config: { needs: 'runs' } } as const;

  app.post<Start>('/jobs', {
    schema: jobStartRoute,
    // Whoever may not look at it could do nothing with it.
    config: { needs: 'attention', alsoNeeds: ['runs'] },
    // Before its body is read.
    onRequest: async (request) => {
      CHECKS[routeOf(request.query)](request.headers);
      keyIn(request);
      callbackIn(request.query, config);
    },
    handler: async (request, reply) => {
      const body = request.body ?? new Uint8Array(0);
      const route = routeOf(request.query);
      const contentType = request.headers['content-type'] ?? '';
      const principal = principalOf(request);
      try {
        const { job } = await jobs.take({
          ...{ route, body, accept: request.headers.accept, owner: principal.id },
          contentType: READS_TENSORS.includes(route) ? tensorBodyType(contentType, body) : contentType,
          payer: { id: clientOf(request), rates: principal.rates },
          callbackUrl: callbackIn(request.query, config),
          idempotencyKey: keyIn(request),
        });
        return reply.code(202).header('location', `/jobs/${job.id}`).send(told(job, request));
      } finally {
        pool.memory.release(body);
      }
    },
  });

  app.get<ById>('/jobs/:id', { schema: jobRoute, config: { needs: 'runs', looks: true } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    return told(await jobs.find(idIn(request), ownerOf(request)), request);
  });

  app.get<ById>(
    '/jobs/:id/result',
    { schema: jobResultRoute, exposeHeadRoute: false, ...needs },
    async (request, reply) => {
      const { contentType, bytes, pieces } = await jobs.result(idIn(request), ownerOf(request));
      request.caller?.payBytes(bytes);
      reply.type(contentType).header('content-length', bytes).header('cache-control', 'private, no-store');
      return reply.send(Readable.from(pieces, { objectMode: true, highWaterMark: 1 }));
    },
  );

  app.delete<ById>('/jobs/:id', { schema: jobDeleteRoute, ...needs }, async (request, reply) => {
    await jobs.remove(idIn(request), ownerOf(request));
    return reply.code(204).send();
  });

  const watched = {
    schema: jobEventsRoute,
    exposeHeadRoute: false,
    config: { needs: 'runs', takesTicket: true, looks: true },
  } as const;
  app.get<ById>('/jobs/:id/events', watched, async (request, reply) => {
    const id = idIn(request);
    if (JobEvents.hasSeenEnd(request.headers['last-event-id'])) return reply.code(204).send();
    const job = await jobs.find(id, ownerOf(request));
    events.follow({ job, owner: ownerOf(request), recipient: recipientOf(request) }, reply);
    return reply;
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws RequestError `job_not_found` for what is no id of any job */
function idIn({ params: { id } }: FastifyRequest<ById>): string {
  if (UUID.test(id)) return id;
  throw new RequestError('job_not_found', 'there is no job of this id: ids are UUIDs in lower case');
}

/** @throws RequestError `missing_field` */
function routeOf({ route }: JobQuery): JobRoute {
  if (route !== undefined) return route;
  throw new RequestError('missing_field', `the query must say whose request it is: route=${JOB_ROUTES.join(', ')}`, {
    pointer: '/route',
  });
}

/** @throws RequestError `invalid_option` */
function callbackIn({ callback_url }: JobQuery, { callbackUrls }: Config): string | undefined {
  return callback_url === undefined ? undefined : allowedCallback(callback_url, callbackUrls);
}

/** @throws RequestError `invalid_option` */
function keyIn({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key))) return key;
  throw new RequestError('invalid_option', 'Idempotency-Key must be 1 to 255 printable characters of ASCII', {
    pointer: '/idempotency-key',
  });
}

function tensors(headers: FormatHeaders): void {
  answerType(announcedTensorType(headers['content-type']), headers.accept);
}
