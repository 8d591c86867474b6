import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** A folder that a test has until it ends, with empty files at these paths or with the texts given. */
export function folderWith(files: readonly string[] | Record<string, string> = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const texts = Array.isArray(files) ? files.map((path) => [path, '']) : Object.entries(files);
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
