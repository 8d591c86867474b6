/** Writes what the kernels in other languages must know of ours; the build runs it before it compiles them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { layoutHeader } from './native/layout.ts';
import { stageFile } from './wasm/stage-file.ts';

/** The written files, by their path from here as it is in src/. */
export const LAYOUT_FILES: Readonly<Record<string, () => string>> = {
  'native/layout.h': layoutHeader,
  'wasm/assembly/stage.ts': stageFile,
};

/** Writes the files that are not yet as they should be: those that are keep their time, and nothing is compiled anew. */
export function writeLayoutFiles(kernels: URL): void {
  for (const [path, text] of Object.entries(LAYOUT_FILES)) {
    const file = new URL(path, kernels);
    if (readFileSync(file, 'utf8') !== text()) writeFileSync(file, text());
  }
}

// Run by itself, it stands in dist/ and writes into src/.
if (process.argv[1] === import.meta.filename) writeLayoutFiles(new URL('../../src/kernels/', import.meta.url));
