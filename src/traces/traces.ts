import { passingOn, type Traces, type TracesSetting } from './trace.ts';

/** Spans are exported where an endpoint is set; else traces are passed on, and OpenTelemetry is not even loaded. */
export async function openTraces(setting: TracesSetting): Promise<Traces> {
  if (setting.otlpEndpoint === undefined) return passingOn;
  const { exportTraces } = await import('./exporter.ts');
  return exportTraces(setting);
}
