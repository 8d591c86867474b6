/** GET /metrics, where it has no port of its own, for Prometheus: see docs/metrics.md. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../metrics/metrics.ts';
import { metricsRoute as schema } from '../documents/probe-schemas.ts';

export function metricsRoute(app: FastifyInstance, metrics: Pick<Metrics, 'scrape'>): void {
  app.get('/metrics', { schema, config: { quiet: true } }, async (_request, reply) => {
    const { contentType, text } = await metrics.scrape();
    return reply.type(contentType).header('cache-control', 'no-store').send(text);
  });
}
