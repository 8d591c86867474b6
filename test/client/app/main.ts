/** A page that runs the examples of the documentation when it is asked to, and gives what they print. */
import { SpotlightClient, SpotlightError } from 'spotlight-client';
import { examples } from './examples';

declare global {
  var runExample: (name: string) => Promise<unknown[][]>;
  var refusals: (baseUrl: string) => Promise<unknown[]>;
  var readyAt: (baseUrl: string) => Promise<boolean>;
}

let printed: unknown[][] = [];
console.log = (...values: unknown[]) => {
  printed.push(values);
};
globalThis.runExample = async (name) => {
  printed = [];
  await examples[name]?.();
  return printed;
};

/** What a page is told that the service is closed to: by a request, by a stream and by a probe. */
globalThis.refusals = async (baseUrl) => {
  const client = new SpotlightClient({ baseUrl });
  const tensors = { query: [[1]], key: [[1]], value: [[1]] };
  const told = (error: unknown) =>
    error instanceof SpotlightError
      ? { code: error.code, status: error.status, message: error.message }
      : String(error);
  return [
    await client.attention(tensors).catch(told),
    await client
      .stream({ kind: 'attention', ...tensors }, { detail: 'row' })
      .next()
      .catch(told),
    await client.ready().catch(told),
  ];
};

globalThis.readyAt = (baseUrl) => new SpotlightClient({ baseUrl }).ready();
document.title = 'ready';
