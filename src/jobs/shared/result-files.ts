/** Large results as files in a directory that replicas share. A file is there whole, or not at all. */
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestError } from '../../errors.ts';
import { tooManyJobs } from '../job-faults.ts';

/** The id of a job, and which attempt has written it. */
const NAME = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d{1,9}(\.part)?$/;
const READ_BYTES = 2 ** 20;
/** A file that no job knows is left alone for so long, in ms: its job may be about to end. */
const LEAST_AGE_MS = 600_000;

export class ResultFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes sure that files can be written. @throws Error of the system */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await access(this.#folder, constants.W_OK | constants.X_OK);
  }

  /** @throws RequestError `saturated` where there is no place for it */
  async write(id: string, attempt: number, pieces: readonly Uint8Array[]): Promise<void> {
    const path = this.#pathOf(`${id}-${attempt}`);
    try {
      await writeWhole(`${path}.part`, pieces);
      await rename(`${path}.part`, path);
      await this.#syncFolder();
    } catch (error) {
      // What is half written would keep a place that is short.
      await rm(`${path}.part`, { force: true }).catch(() => {});
      throw isFull(error) ? tooManyJobs('RESULTS_DIR') : error;
    }
  }

  /** @throws RequestError `sharing_unavailable` where it is not there */
  async read(id: string, attempt: number): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#pathOf(`${id}-${attempt}`);
    try {
      await access(path, constants.R_OK);
      return readWhole(path);
    } catch {
      throw new RequestError('sharing_unavailable', 'the file of the result is not in RESULTS_DIR of this replica');
    }
  }

  async remove(name: string): Promise<void> {
    if (NAME.test(name)) await rm(this.#pathOf(name), { force: true });
  }

  /** Removes what no job knows any more. `isKnown` tells it of a name without its `.part`. */
  async sweep(isKnown: (id: string) => Promise<boolean>): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const id = NAME.exec(name)?.[1];
      if (id === undefined) continue;
      const about = await stat(this.#pathOf(name)).catch(() => undefined);
      if (about === undefined || Date.now() - about.mtimeMs < LEAST_AGE_MS) continue;
      if (!(await isKnown(id))) await this.remove(name);
    }
  }

  #pathOf(name: string): string {
    return join(this.#folder, name);
  }

  /** Or the new name of a file could be gone after a crash. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

async function writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A file piece by piece; it is opened when the first is asked for, as whoever asked may have left by then. */
async function* readWhole(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    yield* file.createReadStream({ highWaterMark: READ_BYTES, autoClose: false });
  } finally {
    await file.close();
  }
}

const isFull = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code));
