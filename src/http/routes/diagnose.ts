/** POST /attention/diagnose. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { announcedTensorType, requestType, textAnswerType } from '../../codec/media-type.ts';
import { type DiagnoseQuery, diagnoseRoute } from '../documents/diagnose-schemas.ts';
import { type JobSetting, jobAnswerer, type Post, takeBodies, tensorJobOf } from './jobs.ts';

type Asked = Post & { Querystring: DiagnoseQuery };

export function diagnoseRoutes(app: FastifyInstance, setting: Omit<JobSetting, 'streams'>): void {
  takeBodies(app, setting, (headers) => {
    requestType(announcedTensorType(headers['content-type']));
    textAnswerType(headers.accept);
  });
  const answer = jobAnswerer(setting);
  app.post<Asked>('/attention/diagnose', { schema: diagnoseRoute }, (request: FastifyRequest<Asked>, reply) => {
    const { head, batch = 0 } = request.query;
    const shown = head === undefined ? {} : { shown: { batch, head } };
    return answer({ ...tensorJobOf('diagnose', request), ...shown }, request, reply);
  });
}
