import { SEQUENTIAL } from '../../text/examples/example.ts';
import type { WorkedExample } from './worked-example.ts';

/** The example as it is answered in JSON. */
export function exampleWire({ example, bodies, readings, compared }: Omit<WorkedExample, 'answer'>): object {
  const { name, title, lookAt, requests, sequential } = example;
  const self = `/examples/${name}`;
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
      links: { svg: `${self}?format=svg&request=${request}` },
    })),
    comparisons: compared,
    ...(sequential !== undefined && {
      [SEQUENTIAL]: {
        rule: `state = ${sequential.decay} · state + ${Number((1 - sequential.decay).toFixed(6))} · word`,
        decay: sequential.decay,
        readings,
      },
    }),
    links: exampleLinks(name),
  };
}

/** Where an example is, in each of its formats. */
export function exampleLinks(name: string): Record<'self' | 'text' | 'svg', string> {
  const self = `/examples/${name}`;
  return { self, text: `${self}?format=text`, svg: `${self}?format=svg` };
}
