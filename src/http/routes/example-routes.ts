/** GET /examples and GET /examples/{name}: the lesson as requests, answered as they are asked for. */
import type { FastifyInstance } from 'fastify';
import { textAnswerType } from '../../codec/media-type.ts';
import { guess } from '../../codec/unknown-field.ts';
import { RequestError } from '../../errors.ts';
import type { ExampleAsked } from '../../requests/examples/example-answer.ts';
import type { LessonExample } from '../../text/examples/example.ts';
import { exampleNamed, lessonExamples } from '../../text/examples.ts';
import { type ExampleQuery, exampleListRoute, exampleRoute } from '../documents/example-schemas.ts';
import { exampleList } from '../documents/examples/example-list.ts';
import { prefixOf } from '../transport/outside.ts';
import { type JobSetting, jobAnswerer } from './jobs.ts';

/** What `format` stands for; it wins over Accept, which browsers do not let their users choose. */
const ACCEPT = { json: 'application/json', text: 'text/plain', svg: 'image/svg+xml' } as const;

type ByName = { Params: { name: string }; Querystring: ExampleQuery };

export function exampleRoutes(app: FastifyInstance, setting: JobSetting): void {
  const answer = jobAnswerer(setting);
  app.get('/examples', { schema: exampleListRoute, config: { looks: true } }, async ({ raw }) =>
    exampleList(prefixOf(raw)),
  );

  app.get<ByName>('/examples/:name', { schema: exampleRoute }, async (request, reply) => {
    const example = exampleNamed(request.params.name);
    if (example === undefined) {
      const names = lessonExamples.map(({ name }) => name).join(', ');
      throw new RequestError('not_found', `there is no example of this name; there are ${names}`);
    }
    const { query } = request;
    checkRequest(query.request, example);
    const accept = query.format === undefined ? request.headers.accept : ACCEPT[query.format];
    textAnswerType(accept);
    reply.headers({ vary: [reply.getHeader('vary') ?? [], 'accept'].flat().join(', '), 'cache-control': 'no-store' });
    const asked: ExampleAsked = { name: example.name, picture: query.request, prefix: prefixOf(request.raw) };
    const body = new TextEncoder().encode(JSON.stringify(asked));
    return answer({ kind: 'example', body, contentType: 'application/json', accept }, request, reply);
  });
}

/** @throws RequestError for a picture of a request that the example does not have */
function checkRequest(request: string | undefined, { requests }: LessonExample): void {
  const names = requests.map(({ name }) => name);
  if (request === undefined || names.includes(request)) return;
  const detail = `request must be one of ${names.join(', ')}${guess(request, names)}`;
  throw new RequestError('invalid_option', detail, { pointer: '/request' });
}
