import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoPool, JSON_TYPE, post, type Serving, serve, until } from '../http/serving.ts';
import { lesson } from '../lesson.ts';
import { freePort, type RunningServer, startServer } from '../server.ts';
import { type Collector, type ReceivedSpan, startCollector, valuesOf } from './collector.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';
const sampled = `00-${traceId}-${parent}-01`;
const tiny = JSON.stringify({ ...lesson, query: [lesson.query] });
const matrix = Array.from({ length: 300 }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i + j) % 7) / 7));
const large = JSON.stringify({ query: matrix, key: matrix, value: matrix });

describe('a trace, where nothing is exported,', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve();
  });
  afterAll(() => serving.app.close());

  it.each([
    ['the tiny lane', '/attention', tiny, 200],
    ['the threads', '/attention', large, 200],
    ['a refusal', '/attention', '{', 400],
    ['what is not there', '/nowhere', '{}', 404],
    ['a path that cannot be read', '/%', '{}', 400],
  ])('goes through %s: answer, problem and log tell it', async (name, path, body, status) => {
    const id = `id-${name.replaceAll(' ', '-')}`;
    const headers = { ...JSON_TYPE, traceparent: sampled, 'x-request-id': id };
    const answer = await post(serving.url + path, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('traceparent')).toBe(sampled);
    const said = (await answer.json()) as { trace_id?: string };
    if (status !== 200) expect(said.trace_id).toBe(traceId);
    await until(() => serving.lines.some(({ requestId }) => requestId === id));
    expect(serving.lines.find(({ requestId }) => requestId === id)).toMatchObject({ status, trace_id: traceId });
  });

  it.each([
    ['is not told', undefined],
    ['makes no sense', 'secret'],
  ])('that %s is not made up', async (name, traceparent) => {
    const id = `no-${name.replaceAll(' ', '-')}`;
    const headers = { ...JSON_TYPE, 'x-request-id': id, ...(traceparent !== undefined && { traceparent }) };
    const answer = await post(`${serving.url}/attention`, '{', headers);
    expect(answer.headers.get('traceparent')).toBeNull();
    expect(await answer.json()).not.toHaveProperty('trace_id');
    await until(() => serving.lines.some(({ requestId }) => requestId === id));
    expect(serving.lines.find(({ requestId }) => requestId === id)).not.toHaveProperty('trace_id');
  });

  it('stands in the log beside a bug of ours', async () => {
    const pool = Object.assign(new EchoPool(), { before: () => Promise.reject(new Error('fell over')) });
    const { app, url, lines } = await serve({}, pool);
    const answer = await post(`${url}/attention`, '{}', { ...JSON_TYPE, traceparent: sampled });
    expect(await answer.json()).toMatchObject({ code: 'internal', trace_id: traceId });
    expect(lines.find(({ level }) => level === 50)).toMatchObject({ trace_id: traceId });
    await app.close();
  });
});

describe('spans', () => {
  let collector: Collector;
  let server: RunningServer;
  beforeAll(async () => {
    collector = await startCollector();
    server = await startServer({
      WORKERS: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await collector.close();
  });

  /** The spans of a request, once its own is there: it is the last to end. */
  async function spansOf(id: string): Promise<{ own: ReceivedSpan; within: ReceivedSpan[] }> {
    const find = () => collector.spans.find(({ attributes }) => valuesOf(attributes)['spotlight.request_id'] === id);
    await until(() => find() !== undefined);
    const own = find();
    if (own === undefined) throw new Error('there is no span');
    return { own, within: collector.spans.filter(({ parentSpanId }) => parentSpanId === own.spanId) };
  }

  it.each([
    ['tiny', tiny, ['read', 'open', 'compute', 'write']],
    ['large', large, ['read', 'queue', 'open', 'compute', 'write']],
  ])('tell where the time of a %s request went, below that of its caller', async (name, body, phases) => {
    const headers = { ...JSON_TYPE, traceparent: sampled, 'x-request-id': `span-${name}`, 'user-agent': 'test/1' };
    const answer = await post(`${server.url}/attention`, body, headers);
    await answer.text();
    const { own, within } = await spansOf(`span-${name}`);
    expect(own).toMatchObject({ name: 'POST /attention', traceId, parentSpanId: parent, kind: 2 });
    expect(valuesOf(own.attributes)).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/attention',
      'http.response.status_code': 200,
      'client.address': '127.0.0.1',
      'user_agent.original': 'test/1',
      'http.request.body.size': body.length,
    });
    expect(within.map((span) => span.name)).toEqual(phases);
    let from = BigInt(own.startTimeUnixNano);
    for (const span of within) {
      expect(span.traceId).toBe(traceId);
      expect(BigInt(span.startTimeUnixNano)).toBe(from);
      from = BigInt(span.endTimeUnixNano);
    }
    expect(from).toBe(BigInt(own.endTimeUnixNano));
    // The answer and the log name the span that was recorded.
    expect(answer.headers.get('traceparent')).toBe(`00-${traceId}-${own.spanId}-01`);
    await until(() => server.log().includes(`span-${name}`));
    const line = server
      .log()
      .split('\n')
      .find((text) => text.includes(`"span-${name}"`));
    expect(JSON.parse(line ?? '')).toMatchObject({ trace_id: traceId, span_id: own.spanId });
    expect(collector.resource).toMatchObject({
      'service.name': 'spotlight',
      'deployment.environment.name': 'test',
    });
  });

  it('begin a trace where none came', async () => {
    const answer = await post(`${server.url}/attention`, '{', { ...JSON_TYPE, 'x-request-id': 'root' });
    const problem = (await answer.json()) as { trace_id: string };
    const { own } = await spansOf('root');
    expect(own.traceId).toBe(problem.trace_id);
    expect(own.parentSpanId ?? '').toBe('');
    expect(valuesOf(own.attributes)).toMatchObject({ 'error.type': 'invalid_json', 'http.response.status_code': 400 });
  });

  it('are not recorded where the caller does not', async () => {
    const headers = { ...JSON_TYPE, traceparent: `00-${traceId}-${parent}-00`, 'x-request-id': 'unsampled' };
    const answer = await post(`${server.url}/attention`, tiny, headers);
    expect(answer.headers.get('traceparent')).toBe(headers.traceparent);
    await post(`${server.url}/attention`, tiny, { ...JSON_TYPE, traceparent: sampled, 'x-request-id': 'after' });
    await spansOf('after');
    const ids = collector.spans.map(({ attributes }) => valuesOf(attributes)['spotlight.request_id']);
    expect(ids).not.toContain('unsampled');
  });
});

describe('OTEL_TRACES_SAMPLER', () => {
  it('leaves requests without a trace where it records none of them', async () => {
    const collector = await startCollector();
    const server = await startServer({
      WORKERS: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    const none = await post(`${server.url}/attention`, tiny);
    expect(none.headers.get('traceparent')).toBeNull();
    await post(`${server.url}/attention`, tiny, { ...JSON_TYPE, traceparent: sampled });
    await until(() => collector.spans.some(({ name }) => name === 'POST /attention'));
    expect(await server.stop()).toBe(0);
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    await collector.close();
  });
});

describe('a collector that is not there', () => {
  it('is told in the log, and costs neither an answer nor the end', async () => {
    const server = await startServer({
      WORKERS: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    expect((await post(`${server.url}/attention`, tiny)).status).toBe(200);
    await until(() => server.log().includes('spans could not be exported'));
    expect((await post(`${server.url}/attention`, tiny)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });
});

describe('OpenTelemetry', () => {
  it('is imported by one file only, which nobody imports but for an endpoint', () => {
    const read = (path: string) => readFileSync(new URL(`../../src/traces/${path}`, import.meta.url), 'utf8');
    expect(read('exporter.ts')).toContain("from '@opentelemetry/");
    expect(read('traces.ts')).not.toMatch(/^import .*(@opentelemetry|exporter)/m);
    expect(read('traces.ts')).toContain("await import('./exporter.ts')");
  });
});
