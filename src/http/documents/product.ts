import { readFileSync } from 'node:fs';

/** Name and version as package.json says; it is as far from src/http as from dist/http. */
export const product: { name: string; version: string; description: string } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);
