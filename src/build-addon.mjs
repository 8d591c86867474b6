// Compiles an addon of Node in C++: a call of the compiler a file, side by side, and one that links them.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const path = (url) => fileURLToPath(url);
const changedAt = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The first compiler that answers: $CXX, or what the system calls its own. */
export function findCompiler() {
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

/**
 * Compiles all `.cc` of the room `here` to `into`/`name`, unless that is newer than they. With --if-possible a machine that
 * cannot is no failure.
 * @param title what it is called in the one line that is said of it
 * @param without what happens without it, as the end of that line
 * @param compile flags of each file; `link` of the whole
 * @param part of the whole, if that is enough: which files, as `takes`, and what they are told, as `flags`; what is whole is left
 */
export async function buildAddon({ title, without, here, into, name, compile, link = compile, part }) {
  const isOptional = process.argv.includes('--if-possible');
  /** What was built from older sources goes, so that nobody runs it unawares. */
  const giveUp = (reason) => {
    rmSync(new URL(name, into), { force: true });
    console.log(`${title}: not built, ${reason}; ${without}`);
    process.exit(isOptional ? 0 : 1);
  };

  const sources = readdirSync(here, { recursive: true }).filter((file) => /\.(cc|h|mjs)$/.test(file));
  const newest = Math.max(changedAt(import.meta.url), ...sources.map((file) => changedAt(new URL(file, here))));
  /** Is there where what was built is a part: whoever wants the whole builds it anew. */
  const partial = new URL(`${name}.part`, into);
  if (changedAt(new URL(name, into)) > newest && (part !== undefined || !existsSync(partial))) {
    console.log(`${title}: up to date`);
    return;
  }
  const compiler = findCompiler();
  if (compiler === undefined) return giveUp('there is no C++ compiler');
  const headers = await findHeaders();
  if (headers === undefined) return giveUp('node-api-headers is not installed');

  const start = performance.now();
  mkdirSync(into, { recursive: true });
  // A running server may hold the old file: the new one takes its name when it is whole.
  const fresh = new URL(`${name}.${process.pid}`, into);
  const objects = mkdtempSync(path(new URL('objects-', into)));
  let failure;
  const call = (...words) => promisify(execFile)(compiler, words);
  // Some files take seconds each, and know nothing of each other.
  const compiled = sources
    .filter((file) => file.endsWith('.cc') && (part === undefined || part.takes(file)))
    .map(async (file) => {
      const object = join(objects, `${file.replaceAll(sep, '-')}.o`);
      await call(
        ...[
          '-std=c++17',
          ...compile,
          ...(part?.flags ?? []),
          '-fPIC',
          '-fvisibility=hidden',
          '-fno-exceptions',
          '-fno-rtti',
        ],
        // Of the room itself, for the files in folders of it.
        ...['-DNAPI_VERSION=8', `-I${headers}`, `-I${path(here)}`],
        ...['-c', path(new URL(file, here)), '-o', object],
      );
      return object;
    });
  try {
    await call(
      ...[...link, '-shared'],
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
    return giveUp(`${compiler} failed${isOptional ? ' (npm run build:native shows why)' : ''}`);
  }
  renameSync(fresh, new URL(name, into));
  if (part === undefined) rmSync(partial, { force: true });
  else writeFileSync(partial, '');
  console.log(`${title}: compiled by ${compiler} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
