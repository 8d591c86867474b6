/** A collector of OTLP over HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp), as small as can be. */
import { createServer } from 'node:http';
import { listening } from '../listening.ts';

interface Value {
  stringValue?: string;
  intValue?: number | string;
}

export interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Value }[];
  status: { code: number; message?: string };
}

interface Request {
  resourceSpans: {
    resource: { attributes: { key: string; value: Value }[] };
    scopeSpans: { spans: ReceivedSpan[] }[];
  }[];
}

export interface Collector {
  url: string;
  spans: ReceivedSpan[];
  /** What the spans are of. */
  resource: Record<string, unknown>;
  close(): Promise<void>;
}

export const valuesOf = (attributes: { key: string; value: Value }[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const resource: Record<string, unknown> = {};
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(404).end();
      return;
    }
    for (const one of (JSON.parse(body) as Request).resourceSpans) {
      Object.assign(resource, valuesOf(one.resource.attributes));
      for (const scope of one.scopeSpans) spans.push(...scope.spans);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    resource,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
