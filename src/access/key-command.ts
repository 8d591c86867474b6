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

/** @throws Error for words that are not understood */
function wanted(): Wanted {
  const options = { name: { type: 'string' }, scopes: { type: 'string' }, file: { type: 'string' } } as const;
  const {
    name,
    scopes = 'attention,runs',
    file = process.env.API_KEYS_FILE || 'api-keys.json',
  } = parseArgs({ options }).values;
  if (name === undefined) throw new Error('--name says whose key it is');
  return { name, scopes: scopes.split(','), file };
}

try {
  const { name, scopes, file } = wanted();
  const key = addKey(file, { name, scopes });
  console.error(`A key for ${name} (${scopes.join(', ')}) was added to ${file}. It is told here and nowhere else:`);
  console.log(key);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error instanceof WrongFileError ? `The file ${error.message}` : `${error.message}\n${USAGE}`);
  process.exitCode = 1;
}
