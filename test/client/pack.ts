/** The package as npm would publish it. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Packs what `npm run build` has built into a folder of its own, outside of the repository. */
export async function packClient(): Promise<{ folder: string; tarball: string; bytes: number; files: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'spotlight-client-'));
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '--workspace', 'spotlight-client'];
  const { stdout } = await run('npm', args, { cwd: root });
  const [{ filename, size, files }]: { filename: string; size: number; files: { path: string }[] }[] =
    JSON.parse(stdout);
  return { folder, tarball: join(folder, filename), bytes: size, files: files.map(({ path }) => path) };
}
