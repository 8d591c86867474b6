// Builds the page, unless nothing that it is made of has changed since: npm start asks for it every time, and a server that
// runs would miss the files meanwhile.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = [
  'src',
  'index.html',
  'icon.svg',
  'package.json',
  'vite.config.ts',
  'precompressed.ts',
  'single-file.ts',
  '../client/src',
];
const built = join(root, 'dist/index.html');

/** When a file, or anything in a folder, was last changed; what was removed changed its folder. */
function changed(path) {
  const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : [];
  return Math.max(statSync(path).mtimeMs, ...inside.map((name) => statSync(join(path, name)).mtimeMs));
}

const isNew = existsSync(built) && sources.every((source) => changed(join(root, source)) < statSync(built).mtimeMs);
if (isNew) console.log('studio: up to date');
else {
  const { build } = await import('vite');
  await build({ root, logLevel: 'warn' });
  console.log('studio: built');
}
