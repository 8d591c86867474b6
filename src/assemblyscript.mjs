// Compiles AssemblyScript to WebAssembly in dist/, when a source is newer than what is there.
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const changedAt = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * @param {object} module
 * @param {string} module.title what is compiled, for the line that says so
 * @param {string} module.folder the room under src/ and dist/ whose assembly/ holds the sources
 * @param {string} module.entry the source that exports what the host calls
 * @param {string[]} module.options options of the compiler
 * @param {Record<string, string[]>} module.outputs files in dist/, each with further options
 */
export async function compile({ title, folder, entry, options, outputs }) {
  const room = new URL(`src/${folder}/`, root);
  const into = new URL(`dist/${folder}/`, root);
  const sources = new URL('assembly/', room);
  const newest = Math.max(
    changedAt(new URL('build.mjs', room)),
    ...readdirSync(sources).map((name) => changedAt(new URL(name, sources))),
  );
  const stale = Object.keys(outputs).filter((name) => changedAt(new URL(name, into)) <= newest);
  if (stale.length === 0) {
    console.log(`${title}: up to date`);
    return;
  }
  // The compiler takes half a second to load: only when there is something to compile.
  const { default: asc } = await import('assemblyscript/asc');
  mkdirSync(into, { recursive: true });
  for (const name of stale) {
    const { error, stderr } = await asc.main([
      fileURLToPath(new URL(entry, sources)),
      ...['--baseDir', fileURLToPath(root), '--outFile', fileURLToPath(new URL(name, into))],
      ...['--noAssert', '--runtime', 'stub', ...options, ...outputs[name]],
    ]);
    if (error) {
      console.error(stderr.toString());
      throw error;
    }
  }
  console.log(`${title}: compiled ${stale.join(', ')}`);
}
