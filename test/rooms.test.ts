import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** What each room may import, besides itself and errors.ts; arrows point inward only. */
const mayImport: Record<string, readonly string[]> = {
  tensor: [],
  attention: ['tensor'],
  kernels: ['attention', 'tensor'],
  codec: ['attention', 'tensor'],
  text: ['attention', 'tensor'],
  requests: ['kernels', 'codec', 'text', 'attention', 'tensor', 'tasks', 'pool'],
  tasks: ['requests', 'kernels', 'codec', 'text', 'attention', 'tensor'],
  pool: ['tasks', 'requests', 'kernels', 'codec', 'text', 'attention', 'tensor'],
  worker: ['tasks', 'requests', 'kernels', 'codec', 'text', 'attention', 'tensor'],
  stream: [
    'pool',
    'tasks',
    'requests',
    'kernels',
    'codec',
    'text',
    'attention',
    'tensor',
    'config',
    'problem-document',
  ],
  http: ['stream', 'pool', 'tasks', 'requests', 'codec', 'text', 'config', 'problem-document'],
  app: ['http', 'stream', 'pool', 'tasks', 'requests', 'config', 'log'],
  config: ['cores'],
  cores: [],
  log: ['config'],
  errors: [],
  'problem-document': [],
  main: ['app', 'config'],
};

interface Import {
  file: string;
  room: string;
  target: string;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.includes('/assembly/'),
);
const roomOf = (file: string) => file.split('/')[0].replace(/\.ts$/, '');
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path]) => ({
    file,
    room: roomOf(file),
    target: roomOf(relative(source, resolve(source, dirname(file), path))),
  }));
});

describe('the rooms of src', () => {
  it('are all known', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in mayImport))).toEqual([]);
  });

  it('import inner rooms only', () => {
    const outward = imports.filter(
      ({ room, target }) => target !== room && target !== 'errors' && !mayImport[room]?.includes(target),
    );
    expect(outward.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it('keep attention free of Node', () => {
    const bound = files.filter(
      (file) =>
        /^(tensor|attention)\//.test(file) &&
        /from '(node:|fastify|piscina|zod)/.test(readFileSync(join(source, file), 'utf8')),
    );
    expect(bound).toEqual([]);
  });
});

describe('the client', () => {
  it('imports nothing but its own files', () => {
    const client = fileURLToPath(new URL('../client/src/', import.meta.url));
    const targets = readdirSync(client, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        [...readFileSync(join(client, file), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map(
          ([, path]) => (path.startsWith('.') ? resolve(client, dirname(file), path) : path),
        ),
      );
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((target) => !target.startsWith(client))).toEqual([]);
  });
});
