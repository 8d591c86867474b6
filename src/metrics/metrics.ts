import type { Registry } from 'prom-client';
import type { Sources } from './sources.ts';

/** What a scrape gets. */
interface Scrape {
  contentType: string;
  text: string;
}

/** Writes all metrics as Prometheus reads them. What writes them is loaded by the first who asks: it would cost each start 30 ms. */
export class Metrics {
  readonly #sources: Sources;
  #registry: Promise<Registry> | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  async scrape(): Promise<Scrape> {
    this.#registry ??= import('./registry.ts').then(({ registryOf }) => registryOf(this.#sources));
    const registry = await this.#registry;
    return { contentType: registry.contentType, text: await registry.metrics() };
  }
}
