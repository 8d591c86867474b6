/** Makes a key and writes its digest into a file of keys; the key itself is told once, and stands nowhere. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { WrongFileError } from '../errors.ts';
import { sha256 } from './digest.ts';
import { keySchema, readKeys, writeKeys } from './key-file.ts';

/** So that those who look for secrets in repositories and logs know one. */
const PREFIX = 'spotlight_';
const KEY_BYTES = 32;
/** For the owner only; a file that is there keeps its own. */
const MODE = 0o600;

/**
 * Adds a key to a file, which is made when there is none, and gives the key. Whoever reads the file meanwhile sees it as it
 * was, or whole.
 * @throws WrongFileError for a name or scopes that cannot be, and a file that is no file of keys
 */
export function addKey(file: string, { name, scopes }: { name: string; scopes: readonly string[] }): string {
  const key = PREFIX + randomBytes(KEY_BYTES).toString('base64url');
  const entry = keySchema.safeParse({ name, scopes, sha256: sha256(key).toString('hex') });
  if (!entry.success) {
    const [{ path, message }] = entry.error.issues;
    throw new WrongFileError(`cannot have such a key: ${path.join('.')}: ${message}`);
  }
  const isThere = existsSync(file);
  const keys = isThere ? readKeys(by('read', () => readFileSync(file, 'utf8'))) : [];
  const mode = isThere ? statSync(file).mode & 0o777 : MODE;
  by('written', () => replace(file, writeKeys([...keys, entry.data]), mode));
  return key;
}

function replace(file: string, text: string, mode: number): void {
  const written = `${file}.${process.pid}.new`;
  try {
    writeFileSync(written, text, { mode, flag: 'wx' });
    // What the mask of the process took away.
    chmodSync(written, mode);
    renameSync(written, file);
  } catch (error) {
    rmSync(written, { force: true });
    throw error;
  }
}

/** What the system refuses is a fault of the file that was named, whatever file it was on the way there. */
function by<T>(what: 'read' | 'written', act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new WrongFileError(`cannot be ${what}: ${error.message.split(', ')[0]}`);
  }
}
