/** POST /attention/diagnose. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { requestType, textAnswerType } from '../../codec/media-type.ts';
import { diagnoseRoute } from '../documents/diagnose-schemas.ts';
import { type JobSetting, jobAnswerer, jobOf, type Post, takeBodies } from './jobs.ts';

export function diagnoseRoutes(app: FastifyInstance, setting: Omit<JobSetting, 'streams'>): void {
  takeBodies(app, setting, (headers) => {
    requestType(headers['content-type']);
    textAnswerType(headers.accept);
  });
  const answer = jobAnswerer(setting);
  app.post<Post>('/attention/diagnose', { schema: diagnoseRoute }, (request: FastifyRequest<Post>, reply) =>
    answer(jobOf('diagnose', request), request, reply),
  );
}
