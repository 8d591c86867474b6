import type { Stage } from '../../attention/plan.ts';
import type { TextFormat } from '../../codec/media-type.ts';
import { textAnswerType } from '../../codec/media-type.ts';
import type { ExampleRequest, SequentialReading } from '../../text/examples/example.ts';
import { exampleNamed } from '../../text/examples.ts';
import { timeReaders } from '../../text/sequential-reader.ts';
import { openRequest } from '../open.ts';
import type { OpenContext, OpenedRequest } from '../open-context.ts';
import type { JobRequest } from '../request.ts';
import { openText } from '../words/open-text.ts';
import type { ExampleAnswer, ExampleAsked, ExamplePart, MeasuredReading } from './example-answer.ts';

/** What an example needs beside what a request does: someone who computes stages at once, to be measured. */
export interface ExampleContext extends OpenContext {
  run(stages: readonly Stage[]): void;
}

/**
 * Plans all requests of an example as one job.
 * @throws RequestError where the limits of the server are too small for it
 */
export function openExample(job: JobRequest, context: ExampleContext): OpenedRequest<ExampleAnswer> {
  const asked: ExampleAsked = JSON.parse(new TextDecoder().decode(job.body));
  const { name } = asked;
  const example = exampleNamed(name);
  if (example === undefined) throw new Error(`there is no example ${name}`);
  const format: TextFormat = textAnswerType(job.accept);
  const stages: Stage[] = [];
  const parts = example.requests.map((request): ExamplePart => {
    const opened = openRequest(jobOf(request, request.body), context);
    stages.push(...opened.stages);
    return { name: request.name, answer: opened.answer };
  });
  const readings = example.sequential === undefined ? [] : measure(example.requests, example.sequential, context);
  return { stages, answer: { kind: 'example', ...asked, format, parts, readings } };
}

function jobOf({ route }: ExampleRequest, body: object) {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const kind = route === '/attention' ? 'attention' : 'text';
  return { kind, body: bytes, contentType: 'application/json', accept: 'application/json' } as const;
}

/** Both ways of reading each text, timed: attention without weights, as nobody needs them to read. */
function measure(
  requests: readonly ExampleRequest[],
  { decay, words }: SequentialReading,
  context: ExampleContext,
): MeasuredReading[] {
  return words.map(({ request: name, from, to }) => {
    const request = requests.find((one) => one.name === name);
    if (request === undefined) throw new Error(`the example has no request ${name}`);
    const { focus: _, ...body } = request.body;
    const { stages, answer } = openText({ ...jobOf(request, { ...body, outputs: [] }), kind: 'text' }, context);
    const { value, keyLength, valueDim } = answer.heads[0].problem;
    const vectors = { vectors: value.data, length: keyLength, dims: valueDim };
    const costs = timeReaders(vectors, { decay, attend: () => context.run(stages) });
    return { request: name, decay, from, to, costs };
  });
}
