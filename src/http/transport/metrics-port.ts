/** GET /metrics on a port of its own, for a network that clients do not reach. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.ts';
import { refusalToListen } from '../../config/refusal-to-listen.ts';
import type { Metrics } from '../../metrics/metrics.ts';

/** Scrapers, and whoever looks by hand. */
const MOST_CONNECTIONS = 32;
/** How long a request may take to arrive, in ms, and an idle connection stays: longer than the usual minute between scrapes. */
const ARRIVE_MS = 5000;
const KEEP_ALIVE_MS = 75_000;

/** Listens from before `app` does until it is closed, if METRICS_PORT is set; what the system refuses stops the start. */
export function serveMetricsApart(
  app: FastifyInstance,
  metrics: Pick<Metrics, 'scrape'>,
  { host, metricsPort }: Pick<Config, 'host' | 'metricsPort'>,
): void {
  if (metricsPort === undefined) return;
  const times = { headersTimeout: ARRIVE_MS, requestTimeout: ARRIVE_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(times, async ({ method, url }, response) => {
    if (url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else {
      try {
        const { contentType, text } = await metrics.scrape();
        const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
        response.writeHead(200, headers).end(text);
      } catch (error) {
        app.log.error({ err: error }, 'the metrics cannot be told');
        response.writeHead(500).end();
      }
    }
  });
  server.maxConnections = MOST_CONNECTIONS;
  app.addHook('onReady', async () => {
    server.listen(metricsPort, host);
    // Rejects with the error of the system.
    await once(server, 'listening').catch((error: unknown) => {
      throw refusalToListen(error, { host, variable: 'METRICS_PORT', port: metricsPort });
    });
    const address = server.address();
    if (typeof address === 'object')
      app.log.info(`metrics on port ${address?.port}, for whoever asks there, without a key`);
  });
  app.addHook('onClose', async () => {
    server.close();
    server.closeAllConnections();
  });
}
