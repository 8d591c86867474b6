/** Puts the rooms together: threads, connections, routes. */
import { createServer } from 'node:http';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { Access, warnIfPublic } from './access/access.ts';
import type { Config } from './config/config.ts';
import { containerMemory } from './config/container-memory.ts';
import { createEngine } from './engine.ts';
import { product } from './http/documents/product.ts';
import { letListenerGo } from './http/listener/listener.ts';
import { refusalOf } from './http/routes/readiness.ts';
import { type RoutesPool, routes } from './http/routes/routes.ts';
import { websockets } from './http/routes/stream.ts';
import { AllowedHosts, requireHost } from './http/transport/allowed-hosts.ts';
import { limitCallers } from './http/transport/caller-limits.ts';
import { Connections } from './http/transport/connections.ts';
import { askForCredentials } from './http/transport/credentials.ts';
import { answerErrors, refuseBrokenRequest, sendProblem } from './http/transport/errors.ts';
import { holdExpectations } from './http/transport/expectation.ts';
import { expressLane } from './http/transport/express-lane.ts';
import { guard, identify, locate } from './http/transport/guard.ts';
import { limitConnections } from './http/transport/limit-connections.ts';
import { serveMetricsApart } from './http/transport/metrics-port.ts';
import { letOriginsIn, Origins } from './http/transport/origins.ts';
import { Outside } from './http/transport/outside.ts';
import { readQueries } from './http/transport/query.ts';
import { requestId } from './http/transport/request-id.ts';
import { watchRequest, watchRequests } from './http/transport/request-log.ts';
import { watchAnswers } from './http/transport/taking.ts';
import { closeRefusedUpgrades, takeUpgrades } from './http/transport/upgrades.ts';
import { openJobs } from './jobs/open-jobs.ts';
import { Callers, type Named } from './limits/callers.ts';
import { Ledger } from './limits/ledger.ts';
import { ratesIn } from './limits/settings.ts';
import { createLog } from './log/log.ts';
import { EventLoop } from './metrics/event-loop.ts';
import { Metrics } from './metrics/metrics.ts';
import { RequestCounts } from './metrics/request-counts.ts';
import { Traffic } from './metrics/traffic.ts';
import type { AttentionPool } from './pool/pool.ts';
import { HeldBytes } from './pressure/held-bytes.ts';
import { Pressure } from './pressure/pressure.ts';
import { Rest } from './pressure/rest.ts';
import { watchPressure } from './pressure/watch.ts';
import { RedisLink } from './redis/redis-link.ts';
import { Replicas } from './redis/replicas.ts';
import type { TinyLane } from './requests/tiny-answers.ts';
import { Streams } from './stream/streams.ts';
import { openTraces } from './traces/traces.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Resolves when requests are served; rejects when they never will be. */
    started: Promise<void>;
    /** From now on the server is not ready, and each answer closes its connection; all is served as before. */
    drain(): void;
    /** How many requests are being answered. */
    answering(): number;
    access: Access;
  }
}

/** What tests put in place of the real thing. */
export interface Parts {
  pool?: RoutesPool & Pick<AttentionPool, 'ready' | 'close' | 'giveMemoryBack' | 'shardCost'>;
  /** Beside such a pool. */
  tiny?: TinyLane;
  log?: FastifyBaseLogger;
}

/** All requests are for the threads. */
const NO_TINY: TinyLane = { answer: () => undefined, work: { multiplyAdds: 0, kernelMs: 0 } };
/** Larger headers are 431. */
const MAX_HEADER_BYTES = 16 * 1024;
/** How often Node looks for connections whose time is over. */
const CHECK_CONNECTIONS_MS = 1000;

/** The server, not yet listening; it goes on starting while it listens. */
export async function buildApp(config: Config, parts: Parts = {}): Promise<FastifyInstance> {
  const { log, lines } = parts.log ? { log: parts.log, lines: { lost: 0 } } : createLog(config);
  const { redisUrl } = config;
  const redis = redisUrl === undefined ? undefined : await RedisLink.connect({ ...config, redisUrl }, log);
  const access = new Access(config, log, redis);
  const replicas = redis && new Replicas(redis);
  const ledger = redis && replicas && (await Ledger.open({ redis, replicas, log, nearMs: config.redisNearMs }));
  const sharing = ledger && { redis, replicas, ledger };
  const callers = new Callers(ratesIn(config), { ledger });
  const counts = new RequestCounts();
  const book = { log, counts };
  const { version } = product;
  const traces = await openTraces({ ...config, version, log });
  const held = new HeldBytes(config.maxQueueBytes, config.clientSharePercent);
  const pressure = new Pressure(config);
  const { pool, tiny, ready } = parts.pool
    ? { pool: parts.pool, tiny: parts.tiny ?? NO_TINY, ready: parts.pool.ready }
    : createEngine(config, { log, held, pressure });
  const origins = new Origins(config.corsOrigins);
  const outside = new Outside(config);
  const hosts = new AllowedHosts(config.allowedHosts);
  const app = Fastify({
    serverFactory: (longRoad) =>
      createServer(
        {
          maxHeaderSize: MAX_HEADER_BYTES,
          requireHostHeader: false,
          connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
          headersTimeout: config.headersTimeoutMs,
          // Bodies have their own clock, see body.ts; this one ends what no route reads, after the longest upload that is legal.
          requestTimeout:
            config.headersTimeoutMs +
            config.bodyTimeoutMs +
            Math.ceil((config.maxBodyBytes / config.bodyMinRate) * 1000),
          keepAliveTimeout: config.keepAliveMs,
        },
        expressLane(longRoad, {
          ...{ pool, tiny, config, book, traces, held, origins, outside, hosts, access, callers },
          isDraining: () => connections.isDraining,
        }),
      ),
    loggerInstance: log,
    // A request has one line, see request-log.ts.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    requestIdHeader: false,
    // Connections drain in our own way, see connections.ts.
    return503OnClosing: false,
    forceCloseConnections: false,
    clientErrorHandler: (error, socket) => refuseBrokenRequest(error, socket, { connections, origins, outside, book }),
    frameworkErrors: (error, request, reply) => {
      watchRequest(request, reply, book, traces);
      reply.header('x-request-id', request.id).headers(origins.headersFor(request.headers));
      sendProblem(error, request, reply);
    },
  });
  const connections = new Connections(app.server);
  limitConnections(app.server, config, book);
  holdExpectations(app.server);

  app.decorate('started', ready);
  app.decorate('drain', () => connections.drain());
  app.decorate('answering', () => connections.answering);
  app.decorate('access', access);
  warnIfPublic(access, config, log);
  watchRequests(app, book, traces);
  watchAnswers(app, config);
  identify(app);
  answerErrors(app);
  locate(app);
  requireHost(app, hosts, origins);
  await letOriginsIn(app, origins);
  guard(app);
  askForCredentials(app, access);
  limitCallers(app, { callers, access });
  readQueries(app);
  closeRefusedUpgrades(app);
  const streams = new Streams({
    pool,
    config,
    redis,
    log,
    onRefused: (limit) => counts.hit(limit),
    authorize: (token, known) => access.streamer(token, known),
  });
  const payerOf = (payer: Named) => callers.named(payer);
  const jobs = await openJobs({ config, redis, pool, payerOf, log });
  websockets(app, config, takeUpgrades(app.server, connections, outside));
  const eventLoop = new EventLoop();
  const traffic = new Traffic(app.server);
  const isServing = () => refusalOf({ pool, connections }) === undefined;
  const metrics = new Metrics({
    version,
    requests: counts,
    traffic,
    eventLoop,
    pool,
    tiny,
    streams,
    jobs,
    lines,
    isServing,
    callers,
    sharing,
  });
  routes(app, {
    pool,
    tiny,
    config,
    streams,
    jobs,
    held,
    origins,
    connections,
    access,
    callers,
    metrics,
    redis,
    sharing,
  });
  serveMetricsApart(app, metrics, config);
  const stopWatching = watchPressure({
    pressure,
    rest: new Rest((isFull) => pool.giveMemoryBack(isFull)),
    memoryBytes: config.memoryBytes,
    ofContainer: containerMemory(),
    load: () => pool.load,
  });
  app.addHook('preClose', async () => {
    if (app.server.listening) await letListenerGo(app.server);
    streams.drain();
    connections.end();
  });
  app.addHook('onClose', async () => {
    access.close();
    eventLoop.close();
    stopWatching();
    await jobs.close();
    await Promise.all([pool.close(), traces.close(), ledger?.close(), replicas?.close()]);
    redis?.close();
  });
  return await app;
}
