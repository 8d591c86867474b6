/** The catalogue as a registry of prom-client, which writes it; loaded when metrics are first asked for. */
import { Gauge, Registry } from 'prom-client';
import { catalogue } from './catalogue.ts';
import type { Metric, Sources } from './sources.ts';

/** A metric of any kind whose values are kept elsewhere, as plain numbers, and read when they are asked for. */
class ReadMetric extends Gauge {
  readonly #metric: Metric;
  readonly #from: Sources;

  constructor(metric: Metric, from: Sources, registry: Registry) {
    const { name, help, labels = [] } = metric;
    super({ name, help, labelNames: [...labels], registers: [registry] });
    this.#metric = metric;
    this.#from = from;
  }

  override async get(): ReturnType<Gauge['get']> {
    const { name, help, kind, read } = this.#metric;
    const values = Array.from(read(this.#from), ({ labels = {}, value, suffix = '' }) => ({
      metricName: name + suffix,
      labels,
      value,
    }));
    // The kind is its name; the types of prom-client have it as an enumeration that the package does not have.
    return { name, help, type: kind as never, aggregator: 'sum', collect: () => {}, values };
  }
}

export function registryOf(from: Sources): Registry {
  const registry = new Registry();
  for (const metric of catalogue) new ReadMetric(metric, from, registry);
  return registry;
}
