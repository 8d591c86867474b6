// Compiles the native kernel: a call of the C++ compiler a file, side by side, and one that links them. With --if-possible a machine that cannot is no failure:
// the service then runs on WebAssembly.
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = new URL('./', import.meta.url);
const path = (url) => fileURLToPath(url);
const isOptional = process.argv.includes('--if-possible');
/** For tests: addresses and undefined behavior are checked at run time, at a third of the speed. */
const isChecked = process.argv.includes('--sanitize');

const into = new URL('../../../dist/kernels/native/', here);
const name = isChecked ? 'attention-sanitized.node' : 'attention.node';
const sources = readdirSync(here, { recursive: true }).filter((file) => /\.(cc|h|mjs)$/.test(file));
const optimization = isChecked
  ? ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer']
  : ['-O3'];

/** The first compiler that answers: $CXX, or what the system calls its own. */
function findCompiler() {
  const names = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  return names.find((compiler) => spawnSync(compiler, ['--version']).status === 0);
}

async function findHeaders() {
  try {
    return (await import('node-api-headers')).default.include_dir;
  } catch {
    return undefined;
  }
}

/** What was built from older sources goes, so that nobody computes with it unawares. */
function giveUp(reason) {
  rmSync(new URL(name, into), { force: true });
  console.log(`native kernel: not built, ${reason}; the WebAssembly kernel computes`);
  process.exit(isOptional ? 0 : 1);
}

const changedAt = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const newest = Math.max(...sources.map((file) => changedAt(new URL(file, here))));
if (changedAt(new URL(name, into)) > newest) {
  console.log('native kernel: up to date');
  process.exit(0);
}

const compiler = findCompiler();
if (compiler === undefined) giveUp('there is no C++ compiler');
const headers = await findHeaders();
if (headers === undefined) giveUp('node-api-headers is not installed');

const start = performance.now();
mkdirSync(into, { recursive: true });
// A running server may hold the old file: the new one takes its name when it is whole.
const fresh = new URL(`${name}.${process.pid}`, into);
const objects = mkdtempSync(path(new URL('objects-', into)));
let failure;
const compile = (...call) => promisify(execFile)(compiler, call);
// The paths of the instruction sets take seconds each, and know nothing of each other.
const compiled = sources
  .filter((file) => file.endsWith('.cc'))
  .map(async (file) => {
    const object = join(objects, `${file.replaceAll(sep, '-')}.o`);
    await compile(
      ...['-std=c++17', ...optimization, '-fPIC', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti'],
      // Paths say themselves what is fused: else the same sum might round otherwise from one template to the next.
      ...['-ffp-contract=off', '-fno-math-errno', '-DNAPI_VERSION=8', `-I${headers}`],
      // Of the room itself, for the files in paths/.
      `-I${path(here)}`,
      ...['-c', path(new URL(file, here)), '-o', object],
    );
    return object;
  });
try {
  await compile(
    ...[...optimization, '-shared'],
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...(await Promise.all(compiled)),
    ...['-o', path(fresh)],
  );
} catch (error) {
  failure = error;
  await Promise.allSettled(compiled);
}
rmSync(objects, { recursive: true });
if (failure !== undefined) {
  rmSync(fresh, { force: true });
  if (!isOptional) console.error(failure.stderr);
  giveUp(`${compiler} failed${isOptional ? ' (npm run build:native shows why)' : ''}`);
}
renameSync(fresh, new URL(name, into));
console.log(`native kernel: compiled by ${compiler} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
