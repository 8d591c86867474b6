import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import type { CountedRequest } from '../metrics/request-counts.ts';
import { readTraceparent, type Traceparent, writeTraceparent } from './traceparent.ts';

/** The trace that a request belongs to. */
export interface Trace {
  readonly traceId: string;
  /** Of the span that is recorded here, if any is. */
  readonly spanId: string | undefined;
  /** What the answer says: that span, else the caller's. */
  readonly traceparent: string;
  /** Records where the time of the request went, once it is over. */
  end?(told: TracedRequest): void;
}

/** What the spans of a request tell. */
export interface TracedRequest extends CountedRequest {
  id: string;
  client: string | null;
  http: string;
  userAgent: string | undefined;
  /** When the last of its body had arrived, as a time of performance.now(), where that is known. */
  arrivedAt?: number | undefined;
}

/** What a request says of itself when it comes. */
export interface Incoming {
  traceparent: string | undefined;
  /** When it came, as a time of performance.now(). */
  start: number;
}

export interface Traces {
  /** Whether spans are exported. */
  readonly isExporting: boolean;
  begin(request: Incoming): Trace | undefined;
  /** Sends what is left, for no longer than a moment. */
  close(): Promise<void>;
}

export interface TracesSetting extends Pick<Config, 'otlpEndpoint' | 'tracesSampler' | 'tracesSamplerRatio'> {
  version: string;
  log: Pick<FastifyBaseLogger, 'warn'>;
}

/** A trace that is passed on as it came. */
export function passedOn(parent: Traceparent | undefined): Trace | undefined {
  if (parent === undefined) return undefined;
  return { traceId: parent.traceId, spanId: undefined, traceparent: writeTraceparent(parent) };
}

/** Without an endpoint all are. */
export const passingOn: Traces = {
  isExporting: false,
  begin: ({ traceparent }) => passedOn(readTraceparent(traceparent)),
  close: async () => {},
};
