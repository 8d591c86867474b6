// Texts to be cut into tokens, from what every checkout has.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Files below a directory whose names end so, joined, repeated up to a size and cut there. */
function files(directory, ending, bytes) {
  const names = readdirSync(root + directory, { recursive: true }).filter((name) => name.endsWith(ending));
  return sized(
    names.map((name) => readFileSync(`${root}${directory}/${name}`, 'utf8')),
    bytes,
  );
}

/** Names of countries, languages and currencies, and dates, in the languages of the world. */
function manyScripts(bytes) {
  const languages = ['zh', 'ja', 'ko', 'ru', 'ar', 'hi', 'th', 'el', 'he', 'bn', 'vi', 'de', 'am', 'ka', 'ta', 'tr'];
  const codes = {
    region: ['DE', 'JP', 'BR', 'IN', 'EG', 'US', 'GR', 'TH'],
    currency: ['EUR', 'JPY', 'BRL', 'INR', 'USD'],
  };
  const parts = [];
  for (let day = 0; day < 5000; day += 17) {
    for (const language of languages) {
      const date = new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(new Date(day * 86_400_000));
      const names = Object.entries(codes).flatMap(([type, list]) => {
        const display = new Intl.DisplayNames(language, { type });
        return list.map((code) => display.of(code));
      });
      parts.push(`${date}: ${names.join(', ')}.\n`);
    }
  }
  return sized(parts, bytes);
}

function sized(parts, bytes) {
  let all = parts.join('\n');
  while (Buffer.byteLength(all) < bytes) all += all;
  // A cut character becomes U+FFFD, which is a character like others.
  return Buffer.from(all).subarray(0, bytes).toString();
}

/** Kinds of text as people write it, each of so many bytes. */
export function naturalTexts(bytes) {
  return {
    'English prose': files('node_modules', '.md', bytes),
    'source code': files('node_modules/typescript', '.d.ts', bytes),
    'many scripts': manyScripts(bytes),
    'hostile strings': sized(JSON.parse(readFileSync(`${root}test/hostile/texts.json`, 'utf8')), bytes),
  };
}

/** Texts that a tokenizer may take quadratic time for. */
export const pathologicalTexts = {
  '100,000 × a': 'a'.repeat(100_000),
  '300,000 spaces': ' '.repeat(300_000),
  '100,000 quotes': '"'.repeat(100_000),
  '100,000 marks on one letter': `e${'\u0301'.repeat(100_000)}`,
  '1,000,000 × A': 'A'.repeat(1_000_000),
};
