import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');

/** The cells of each row of each table, without its head. */
const rows = [...read('SECURITY.md').matchAll(/^\|(?!-)(.*)\|$/gm)]
  .map(([, cells]) => cells.split(' | ').map((cell) => cell.trim()))
  .filter(([first]) => first !== 'what' && first !== 'what is sent');

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional(), link: z.boolean().optional() })),
});
const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

describe('SECURITY.md', () => {
  it.each(rows)('names a test that exists, or says that nothing bounds it: %s', (_what, _bound, shown) => {
    if (shown === '—') return;
    const files = [...shown.matchAll(/`([^`]+)`/g)].map(([, file]) => file);
    expect(files).not.toEqual([]);
    for (const file of files) expect(existsSync(root + file), file).toBe(true);
  });
});

describe('every dependency', () => {
  it('is pinned by a hash', () => {
    const { packages } = lockSchema.parse(JSON.parse(read('package-lock.json')));
    const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  });

  it('has its reason in docs/dependencies.md', () => {
    const reasons = read('docs/dependencies.md');
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(names.filter((name) => !new RegExp(`(^|[ |])${name}($|[ ,|])`, 'm').test(reasons))).toEqual([]);
  });
});
