/** GET /examples and GET /examples/{name}: the lesson as requests, answered as they are asked for. */
import type { FastifyInstance } from 'fastify';
import { textAnswerType } from '../../codec/media-type.ts';
import { RequestError } from '../../errors.ts';
import type { LessonExample } from '../../text/examples/example.ts';
import { exampleNamed, lessonExamples } from '../../text/examples.ts';
import { type ExampleQuery, exampleListRoute, exampleQuery, exampleRoute } from '../documents/example-schemas.ts';
import { exampleList } from '../documents/examples/example-list.ts';
import { type JobSetting, jobAnswerer } from './jobs.ts';

/** What `format` stands for; it wins over Accept, which browsers do not let their users choose. */
const ACCEPT = { json: 'application/json', text: 'text/plain', svg: 'image/svg+xml' } as const;

export function exampleRoutes(app: FastifyInstance, setting: JobSetting): void {
  const answer = jobAnswerer(setting);
  app.get('/examples', { schema: exampleListRoute }, async () => exampleList);

  app.get<{ Params: { name: string } }>('/examples/:name', { schema: exampleRoute }, async (request, reply) => {
    const example = exampleNamed(request.params.name);
    if (example === undefined) {
      const names = lessonExamples.map(({ name }) => name).join(', ');
      throw new RequestError('not_found', `there is no example of this name; there are ${names}`);
    }
    const query = readQuery(request.query, example);
    const accept = query.format === undefined ? request.headers.accept : ACCEPT[query.format];
    textAnswerType(accept);
    reply.headers({ vary: 'accept', 'cache-control': 'no-store' });
    const body = new TextEncoder().encode([example.name, query.request ?? []].flat().join('/'));
    return answer({ kind: 'example', body, contentType: 'application/json', accept }, request, reply);
  });
}

/** @throws RequestError for a parameter that there is not, or that has a value it cannot take */
function readQuery(query: unknown, { requests }: LessonExample): ExampleQuery {
  const read = exampleQuery.safeParse(query);
  const names = requests.map(({ name }) => name);
  if (!read.success) {
    const [issue] = read.error.issues;
    if (issue.code === 'unrecognized_keys') {
      throw new RequestError('unknown_field', 'the parameters of this path are format and request');
    }
    const expects = issue.path[0] === 'format' ? 'format must be json, text or svg' : 'request must be given once';
    throw new RequestError('invalid_option', expects);
  }
  const { request } = read.data;
  if (request === undefined || names.includes(request)) return read.data;
  throw new RequestError('invalid_option', `request must be one of ${names.join(', ')}`);
}
