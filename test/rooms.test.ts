import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** What a room may import, besides itself and errors.ts; `types` are the rooms of which it may know the types only. */
interface Doors {
  imports: readonly string[];
  types?: readonly string[];
}

const INNER = ['tensor', 'attention'];
const ARITHMETIC = ['kernels', 'codec', 'text'];

/** Arrows point inward only. Pool and worker share one contract, tasks; the pool knows requests by their types. */
const doors: Record<string, Doors> = {
  errors: { imports: [] },
  'problem-document': { imports: [] },
  'nearest-name': { imports: [] },
  config: { imports: ['nearest-name'] },
  pressure: { imports: [] },
  log: { imports: ['config'] },
  limits: { imports: ['config'], types: ['redis'] },
  redis: { imports: [], types: ['config', 'log'] },
  access: { imports: ['config'], types: ['limits', 'redis'] },
  jobs: {
    imports: ['config', 'problem-document', 'attention', 'codec', 'redis', 'requests', 'spread'],
    types: ['limits', 'pool'],
  },
  tensor: { imports: [] },
  attention: { imports: ['tensor'] },
  kernels: { imports: INNER },
  codec: { imports: [...INNER, 'nearest-name'] },
  text: { imports: INNER },
  requests: { imports: [...INNER, ...ARITHMETIC], types: ['limits'] },
  spread: { imports: [...INNER, 'codec', 'requests'] },
  tasks: { imports: INNER, types: [...ARITHMETIC, 'requests'] },
  worker: { imports: [...INNER, ...ARITHMETIC, 'requests', 'tasks'] },
  pool: { imports: [...INNER, 'tasks', 'pressure'], types: [...ARITHMETIC, 'limits', 'requests'] },
  stream: {
    imports: [...INNER, 'codec', 'pool', 'config', 'problem-document'],
    types: ['access', 'limits', 'redis', 'requests', 'tasks', 'text'],
  },
  metrics: { imports: [], types: ['jobs', 'limits', 'redis', 'requests', 'pool', 'stream'] },
  traces: { imports: ['config', 'log'], types: ['metrics', 'requests'] },
  http: {
    imports: [
      'access',
      'limits',
      'codec',
      'text',
      'requests',
      'stream',
      'jobs',
      'metrics',
      'traces',
      'log',
      'config',
      'problem-document',
      'pressure',
    ],
    types: ['pool', 'redis'],
  },
  engine: { imports: ['kernels', 'text', 'requests', 'pool', 'config'] },
  app: {
    imports: [
      'access',
      'limits',
      'engine',
      'http',
      'redis',
      'jobs',
      'stream',
      'metrics',
      'traces',
      'config',
      'log',
      'pressure',
    ],
    types: ['pool', 'requests'],
  },
  signals: { imports: [] },
  serve: { imports: ['app', 'config', 'http', 'signals'] },
  main: { imports: ['serve'] },
};

/** What a request is: the kinds that there are, beside the types of all else. Rooms that know types may know these. */
const KINDS = 'requests/request.ts';

interface Import {
  file: string;
  target: string;
  isType: boolean;
}

const allFiles = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(source, join(entry.parentPath, entry.name)));
const files = allFiles.filter((file) => file.endsWith('.ts') && !file.includes('/assembly/'));
const roomOf = (file: string) => file.split('/')[0].replace(/\.ts$/, '');
/** What the files of a folder import of each other, at once or when they first need it. */
function importsOf(folder: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const atOnce = [...text.matchAll(/^(?:import|export)( type)? [^;]*? from '(\.[^']+)'/gm)].map(([, type, path]) => ({
      path,
      isType: type !== undefined,
    }));
    const later = [...text.matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, path]) => ({ path, isType: false }));
    return [...atOnce, ...later].map(({ path, isType }) => ({
      file,
      target: relative(folder, resolve(folder, dirname(file), path)),
      isType,
    }));
  });
}
const imports = importsOf(source, files);

function isAllowed({ file, target, isType }: Import): boolean {
  const [room, other] = [roomOf(file), roomOf(target)];
  if (room === other || other === 'errors') return true;
  const { imports: whole, types = [] } = doors[room] ?? { imports: [] };
  return whole.includes(other) || (types.includes(other) && (isType || target === KINDS));
}

/** Files that import each other in a ring, types included; the first that is found. */
function ring(files: readonly string[], imports: readonly Import[]): string[] | undefined {
  const done = new Set<string>();
  const targets = new Map(files.map((file) => [file, imports.filter((one) => one.file === file)]));
  const from = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { target } of targets.get(file) ?? []) {
      const found = from(target, [...way, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const found = from(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The most files that a room has side by side, and the most lines of one. */
const MOST_FILES = 30;
const MOST_LINES = 300;

/** Rooms with too many files, and files with too many lines. */
function tooLarge(folder: string, files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const room of files.map(dirname)) counts.set(room, (counts.get(room) ?? 0) + 1);
  const full = [...counts].filter(([, count]) => count > MOST_FILES).map(([room]) => room);
  const lines = (file: string) => readFileSync(join(folder, file), 'utf8').split('\n').length - 1;
  return [...full, ...files.filter((file) => lines(file) > MOST_LINES)];
}

describe('the rooms of src', () => {
  it('are all known', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in doors))).toEqual([]);
  });

  it('import inner rooms only', () => {
    const outward = imports.filter((one) => !isAllowed(one));
    expect(outward.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it('have no two files that import each other in a ring', () => {
    // Every import was seen: none is written in a form that the search above does not know.
    const seen = files.flatMap((file) => [
      ...readFileSync(join(source, file), 'utf8').matchAll(/^(?:import|export|}).* from '\.|\bimport\('\./gm),
    ]).length;
    expect(imports).toHaveLength(seen);
    expect(ring(files, imports)).toBeUndefined();
  });

  it('fit in a head', () => {
    expect(tooLarge(source, allFiles)).toEqual([]);
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
  const client = fileURLToPath(new URL('../client/src/', import.meta.url));
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const imports = importsOf(client, files);

  it('imports nothing but its own files', () => {
    const targets = files.flatMap((file) =>
      [...readFileSync(join(client, file), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map(
        ([, path]) => (path.startsWith('.') ? resolve(client, dirname(file), path) : path),
      ),
    );
    expect(targets.filter((target) => !target.startsWith(client))).toEqual([]);
    expect(imports).toHaveLength(targets.length);
  });

  it('has no two files that import each other in a ring, and fits in a head', () => {
    expect(ring(files, imports)).toBeUndefined();
    expect(tooLarge(client, files)).toEqual([]);
  });
});

describe('the studio', () => {
  const studio = fileURLToPath(new URL('../studio/src/', import.meta.url));
  const allFiles = readdirSync(studio, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(studio, join(entry.parentPath, entry.name)));
  const files = allFiles.filter((file) => /\.tsx?$/.test(file));
  const imports = importsOf(studio, files);

  /** state ← ask ← views → pictures, controls: pictures know nothing of the service, and of the page neither do controls. */
  const doors: Record<string, readonly string[]> = {
    state: [],
    files: [],
    ask: ['state', 'files'],
    pictures: [],
    controls: ['pictures'],
    carry: ['pictures', 'files'],
    single: ['files', 'pictures', 'controls', 'carry'],
    views: ['state', 'files', 'ask', 'pictures', 'controls', 'carry', 'single'],
    main: ['views'],
  };

  it('has rooms that are all known, and import inner rooms only', () => {
    const isAllowed = ({ file, target }: Import) =>
      roomOf(file) === roomOf(target) || doors[roomOf(file)]?.includes(roomOf(target));
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in doors))).toEqual([]);
    expect(imports.filter((one) => !isAllowed(one)).map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it('knows the service by its client only, and of other packages what draws', () => {
    const packages = files.flatMap((file) =>
      [...readFileSync(join(studio, file), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'([^'\s]+)'/g)].map(
        ([, name]) => name,
      ),
    );
    const known = ['spotlight-client', 'preact', 'preact/hooks', '@preact/signals', 'fflate'];
    expect(
      [...new Set(packages)].filter(
        (name) => !name.startsWith('./') && !name.startsWith('../') && !known.includes(name),
      ),
    ).toEqual([]);
    // None leads out of the studio.
    expect(imports.filter(({ target }) => target.startsWith('..'))).toEqual([]);
  });

  it('lets no picture and no control speak to the service', () => {
    const speaking = files.filter((file) =>
      // At the beginning of a line: what the page gives to copy imports it, too.
      /^import [^;]*from 'spotlight-client'/m.test(readFileSync(join(studio, file), 'utf8')),
    );
    expect([...new Set(speaking.map(roomOf))]).toEqual(['ask']);
  });

  it('has no two files that import each other in a ring, and fits in a head', () => {
    expect(ring(files, imports)).toBeUndefined();
    expect(tooLarge(studio, allFiles)).toEqual([]);
  });
});
