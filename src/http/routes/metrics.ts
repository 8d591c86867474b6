/** GET /metrics, where it has no port of its own. It is for Prometheus, see docs/metrics.md, and in no document for clients. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../metrics/metrics.ts';

export function metricsRoute(app: FastifyInstance, metrics: Pick<Metrics, 'scrape'>): void {
  app.get('/metrics', { schema: { hide: true }, config: { quiet: true } }, async (_request, reply) => {
    const { contentType, text } = await metrics.scrape();
    return reply.type(contentType).header('cache-control', 'no-store').send(text);
  });
}
