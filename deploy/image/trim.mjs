// Leaves out of node_modules, and of what was built, all that no server loads: `node trim.mjs FOLDER…`. Licenses stay.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Maps, declarations and sources of TypeScript, and texts for whoever develops with a package. */
const UNLOADED = /\.(map|[cm]?ts|tsbuildinfo|md|markdown)$/i;
const LICENSE = /^(licen[cs]e|copying|notice)/i;
const README = /^readme/i;
/** Beside a package.json only: deeper down such a name may be code (yaml/dist/doc). */
const UNLOADED_FOLDERS = /^(tests?|__tests__|docs?|examples?|bench|benchmarks?)$/;
/** Of gpt-tokenizer only the vocabularies are read, see docs/dependencies.md. */
const UNLOADED_OF = { 'gpt-tokenizer': ['cjs', 'esm', 'src'] };
/** Where a package has one build for each platform, its file says so: tokenizers.linux-arm64-musl.node. */
const PLATFORM = /\.(aix|android|darwin|freebsd|linux|openharmony|sunos|wasi|win32)-.*\.node$/;

/** And one for each C library, where it has a package for each platform: node.napi.musl.node. */
const LIBRARY = /\.(glibc|musl)\.node$/;
const LIBRARIES = { gnu: '.glibc.', musl: '.musl.' };

/**
 * Removes such files, and then the folders that are empty.
 * @param folder what is trimmed, in place
 * @param platform what the builds that stay are for, as napi-rs names it
 */
export function trim(folder, platform = `${process.platform}-${process.arch}-gnu`) {
  trimFolder(folder, '', platform);
}

function trimFolder(folder, name, platform) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const isPackage = existsSync(join(folder, 'package.json'));
  // Where a package has no license of its own, the README tells it.
  const hasLicense = entries.some((entry) => LICENSE.test(entry.name));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) {
      const isUnloaded = isPackage && (UNLOADED_FOLDERS.test(entry.name) || UNLOADED_OF[name]?.includes(entry.name));
      if (isUnloaded) rmSync(path, { recursive: true });
      else trimFolder(path, entry.name, platform);
    } else if (LICENSE.test(entry.name) || (isPackage && !hasLicense && README.test(entry.name))) continue;
    else if (UNLOADED.test(entry.name) || isOfOthers(entry.name, platform)) rmSync(path);
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}

const isOfOthers = (name, platform) =>
  (PLATFORM.test(name) && !name.includes(`.${platform}.`)) ||
  (LIBRARY.test(name) && !name.includes(LIBRARIES[platform.split('-')[2]]));

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const folder of process.argv.slice(2)) trim(folder);
