import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/architecture.md`, 'utf8');
const way = page.slice(page.indexOf('## The way of one request'), page.indexOf('## Runs and their steps'));

/** Lines of a terminal. */
const SCREEN = 50;

describe('docs/architecture.md', () => {
  it('follows a request by files that exist', () => {
    const named = [...way.matchAll(/`([\w/-]+\.ts)`/g)].map(([, file]) => file);
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((file) => !existsSync(`${root}src/${file}`))).toEqual([]);
  });

  it('does so on one screen', () => {
    expect(way.split('\n').length).toBeLessThanOrEqual(SCREEN);
  });

  it('names no file and no room that is not there', () => {
    // Rooms and files may be named from any room on that holds them: `wasm/` in the line about kernels.
    const all = [
      ...readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }),
      ...readdirSync(`${root}studio/src`, { recursive: true, encoding: 'utf8' }),
      'src',
      'client',
      'client/src/wire',
      'load',
      'test',
    ];
    const named = [...page.matchAll(/`([\w-]+\/(?:[\w.-]+\/?)*)`/g)].map(([, path]) => path.replace(/\/$/, ''));
    expect(named.length).toBeGreaterThan(40);
    const isThere = (path: string) => existsSync(root + path) || all.some((one) => `/${one}`.endsWith(`/${path}`));
    expect(named.filter((path) => !isThere(path))).toEqual([]);
  });
});
