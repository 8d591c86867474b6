/** Spans of requests by OTLP over HTTP; the SDK reads all else that it may be told from the environment (OTEL_…). */
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  diag,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Seldom } from '../log/seldom.ts';
import { DecidedIds, Sampling } from './sampling.ts';
import { type Incoming, passedOn, type Trace, type TracedRequest, type Traces, type TracesSetting } from './trace.ts';
import { readTraceparent, type Traceparent, writeTraceparent } from './traceparent.ts';

/** How long the last spans may take when the server ends. */
const CLOSE_MS = 1000;
/** A collector that is not there has a line in so many ms. */
const TOLD_EVERY_MS = 60_000;

export function exportTraces({ version, log, ...setting }: TracesSetting): Traces {
  const faults = new Seldom<string>(TOLD_EVERY_MS, (_last, times) =>
    log.warn({ times }, 'spans could not be exported; see OTEL_EXPORTER_OTLP_ENDPOINT'),
  );
  const note = (message: string) => faults.note(message);
  const nothing = () => {};
  // What it says may repeat what a collector answered, so only that it said something is told.
  diag.setLogger(
    { error: note, warn: note, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const own = resourceFromAttributes({ 'service.name': 'spotlight', 'service.version': version });
  const ids = new DecidedIds();
  const provider = new BasicTracerProvider({
    idGenerator: ids,
    sampler: new AlwaysOnSampler(),
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('spotlight', version);
  const sampling = new Sampling(setting);
  return {
    isExporting: true,
    begin: (request) => begin({ tracer, sampling, ids }, request),
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([provider.shutdown().catch(nothing), late]);
    },
  };
}

/** What spans are made with. */
interface Recording {
  tracer: Tracer;
  sampling: Sampling;
  ids: DecidedIds;
}

/** Begins the span of a request, below the caller's if there is one; what is not recorded is passed on as it came. */
function begin({ tracer, sampling, ids }: Recording, { traceparent, start }: Incoming): Trace | undefined {
  const parent = readTraceparent(traceparent);
  if (parent !== undefined && !sampling.records(parent)) return passedOn(parent);
  const traceId = parent?.traceId ?? sampling.newTrace();
  if (traceId === undefined) return undefined;
  if (parent === undefined) ids.decide(traceId);
  const context = parent === undefined ? ROOT_CONTEXT : contextOf(parent);
  const span = tracer.startSpan('request', { kind: SpanKind.SERVER, startTime: clock(start) }, context);
  const { spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    traceparent: writeTraceparent({ traceId, spanId, isSampled: true }),
    end: (told) => endSpan(tracer, span, { start, told }),
  };
}

function contextOf({ traceId, spanId, isSampled }: Traceparent): Context {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function endSpan(tracer: Tracer, span: Span, { start, told }: { start: number; told: TracedRequest }): void {
  const { route, method, status, code } = told;
  span.updateName(route === null ? (method ?? 'request') : `${method} ${route}`);
  span.setAttributes(attributesOf(told));
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: code ?? '' });
  const within = trace.setSpan(ROOT_CONTEXT, span);
  let from = start;
  for (const [name, until] of phasesOf(start, told)) {
    tracer.startSpan(name, { startTime: clock(from) }, within).end(clock(until));
    from = until;
  }
  span.end(clock(start + told.ms));
}

/** A time of performance.now() as seconds and nanoseconds since 1970: bare numbers each span would set right in its own way. */
function clock(ms: number): HrTime {
  const whole = performance.timeOrigin + ms;
  const seconds = Math.floor(whole / 1000);
  return [seconds, Math.round((whole - seconds * 1000) * 1e6)];
}

/**
 * The phases of a request, one after another, each with its end as a time of performance.now(). Threads take turns, so a
 * request may wait several times: what is shown as one wait is all of it together.
 */
function* phasesOf(start: number, { ms, arrivedAt, timings }: TracedRequest): Generator<[name: string, until: number]> {
  const end = start + ms;
  if (timings === undefined) {
    if (arrivedAt !== undefined) yield ['read', Math.min(arrivedAt, end)];
    return;
  }
  const { queue, decode, compute, encode } = timings;
  // A tiny request does not tell: what is not computing is arriving.
  let at = Math.min(arrivedAt ?? start + Math.max(0, ms - queue - decode - compute - encode), end);
  yield ['read', at];
  const parts: [name: string, ms: number][] = [
    ['queue', queue],
    ['open', decode],
    ['compute', compute],
  ];
  for (const [name, partMs] of parts) {
    if (partMs === 0) continue;
    at = Math.min(at + partMs, end);
    yield [name, at];
  }
  yield ['write', end];
}

/** By the semantic conventions of HTTP servers (https://opentelemetry.io/docs/specs/semconv/http/http-spans/). */
function attributesOf({
  id,
  route,
  method,
  status,
  code,
  client,
  http,
  userAgent,
  ...sizes
}: TracedRequest): Attributes {
  return {
    'http.request.method': method ?? '_OTHER',
    'http.response.status_code': status,
    'http.request.body.size': sizes.bytesIn,
    'http.response.body.size': sizes.bytesOut,
    'network.protocol.version': http,
    'spotlight.request_id': id,
    ...(route !== null && { 'http.route': route }),
    ...(client !== null && { 'client.address': client }),
    ...(userAgent !== undefined && { 'user_agent.original': userAgent }),
    ...(code !== undefined && { 'error.type': code }),
  };
}
