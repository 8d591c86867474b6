import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WrongFileError } from '../../errors.ts';
import type { TokenizerFile } from '../../text/hugging-face/file.ts';
import { BUILT_IN } from '../../text/tokenize/tokenizer-set.ts';

/** The tokenizers of large vocabularies have some 20 MB. */
const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_FILES = 64;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * The tokenizers of a directory: NAME.json, or NAME/tokenizer.json with its tokenizer_config.json, as Hugging Face
 * publishes them. They are read once, into memory that all threads share; what else is there is passed over.
 * @throws WrongFileError for a file that is too large or has a name that cannot be used; Error as of node:fs
 */
export function readTokenizerFiles(directory: string): TokenizerFile[] {
  const files: TokenizerFile[] = [];
  for (const entry of readdirSync(directory).sort()) {
    const path = join(directory, entry);
    const isDirectory = statSync(path).isDirectory();
    const file = isDirectory ? join(path, 'tokenizer.json') : path;
    if (isDirectory ? !exists(file) : !entry.endsWith('.json')) continue;
    const name = isDirectory ? entry : entry.slice(0, -'.json'.length);
    if (!NAME.test(name)) throw new WrongFileError(`${entry} has a name that no tokenizer can have`);
    if (BUILT_IN.has(name) || files.some((other) => other.name === name)) {
      throw new WrongFileError(`${entry} has the name of another tokenizer`);
    }
    if (files.length === MAX_FILES)
      throw new WrongFileError(`${entry} is one more than the ${MAX_FILES} that there may be`);
    const config = join(path, 'tokenizer_config.json');
    files.push({
      name,
      tokenizer: readShared(file),
      config: isDirectory && exists(config) ? readShared(config) : undefined,
    });
  }
  return files;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readShared(path: string): Uint8Array {
  const { size } = statSync(path);
  if (size > MAX_FILE_BYTES) throw new WrongFileError(`${path} has ${size} bytes, and the limit is ${MAX_FILE_BYTES}`);
  const bytes = readFileSync(path);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
