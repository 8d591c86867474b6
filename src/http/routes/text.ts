/** POST /attention/text. */
import type { FastifyInstance } from 'fastify';
import { requireJson, textAnswerType } from '../../codec/media-type.ts';
import { textRoute } from '../documents/text-schemas.ts';
import { type JobSetting, jobHandlers, type Stepped } from './jobs.ts';

export function textRoutes(app: FastifyInstance, setting: JobSetting): void {
  const handler = jobHandlers(app, setting, (headers) => {
    requireJson(headers['content-type']);
    textAnswerType(headers.accept);
  });
  app.post<Stepped>('/attention/text', { schema: textRoute }, handler('text'));
}
