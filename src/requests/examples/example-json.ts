import { SEQUENTIAL } from '../../text/examples/example.ts';
import type { ExampleAsked } from './example-answer.ts';
import type { WorkedExample } from './worked-example.ts';

/** What the answer in JSON is written from. */
type Worked = Omit<WorkedExample, 'answer'> & { answer: Pick<ExampleAsked, 'prefix'> };

/** The example as it is answered in JSON. */
export function exampleWire({ example, bodies, readings, compared, answer: { prefix } }: Worked): object {
  const { name, title, lookAt, requests, sequential } = example;
  const links = exampleLinks(name, prefix);
  return {
    name,
    title,
    look_at: lookAt,
    requests: requests.map(({ name: request, route, body }) => ({
      name: request,
      method: 'POST',
      path: route,
      body,
      answer: bodies.get(request),
      links: { svg: `${links.svg}&request=${request}` },
    })),
    comparisons: compared,
    ...(sequential !== undefined && {
      [SEQUENTIAL]: {
        rule: `state = ${sequential.decay} · state + ${Number((1 - sequential.decay).toFixed(6))} · word`,
        decay: sequential.decay,
        readings,
      },
    }),
    links,
  };
}

/** Where an example is, in each of its formats. */
export function exampleLinks(name: string, prefix: string): Record<'self' | 'text' | 'svg', string> {
  const self = `${prefix}/examples/${name}`;
  return { self, text: `${self}?format=text`, svg: `${self}?format=svg` };
}
