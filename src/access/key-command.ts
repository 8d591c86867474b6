/** `npm run key -- --name NAME [--scopes attention,runs] [--file FILE]`: a new key, which is told on the standard output. */
import { parseArgs } from 'node:util';
import { WrongFileError } from '../errors.ts';
import { addKey } from './new-key.ts';
import { SCOPES } from './principal.ts';

const USAGE = `npm run key -- --name NAME [--scopes ${SCOPES.join(',')}] [--file FILE]`;

interface Wanted {
  name: string;
  scopes: string[];
  file: string;
}

/** Undefined for whoever asks how it is used; @throws Error for words that are not understood */
function wanted(): Wanted | undefined {
  const text = { type: 'string' } as const;
  const options = { name: text, scopes: text, file: text, help: { type: 'boolean', short: 'h' } } as const;
  const {
    name,
    help,
    scopes = 'attention,runs',
    file = process.env.API_KEYS_FILE || 'api-keys.json',
  } = parseArgs({ options }).values;
  if (help) return undefined;
  if (name === undefined) throw new Error('--name says whose key it is');
  return { name, scopes: scopes.split(','), file };
}

function make({ name, scopes, file }: Wanted): void {
  try {
    const key = addKey(file, { name, scopes });
    console.error(`A key for ${name} (${scopes.join(', ')}) was added to ${file}. It is told here and nowhere else:`);
    console.log(key);
  } catch (error) {
    if (!(error instanceof WrongFileError)) throw error;
    console.error(`The file ${file} ${error.message}`);
    process.exitCode = 1;
  }
}

try {
  const key = wanted();
  if (key === undefined) console.log(USAGE);
  else make(key);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 1;
}
