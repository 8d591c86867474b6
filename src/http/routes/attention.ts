/** POST /attention and POST /attention/multi-head. */
import type { FastifyInstance } from 'fastify';
import { announcedTensorType, answerType } from '../../codec/media-type.ts';
import { attentionRoute, multiHeadRoute } from '../documents/attention-schemas.ts';
import { type JobSetting, jobHandlers, type Stepped } from './jobs.ts';
import { runRoutes } from './runs.ts';

export function attentionRoutes(app: FastifyInstance, setting: JobSetting): void {
  const handler = jobHandlers(app, setting, (headers) =>
    answerType(announcedTensorType(headers['content-type']), headers.accept),
  );
  app.post<Stepped>('/attention', { schema: attentionRoute }, handler('attention'));
  app.post<Stepped>('/attention/multi-head', { schema: multiHeadRoute }, handler('multi-head'));
  runRoutes(app, setting.streams, setting.pool.memory);
}
