// The constants that are measured, as they stand in the compiled service, so that the table never speaks of old ones.
import { readFileSync } from 'node:fs';

/**
 * The number that `name` is in a module of dist/: a product of plain numbers.
 * @param {string} module its path in dist/, without the ending
 */
export function constantOf(module, name) {
  const code = readFileSync(new URL(`../../dist/${module}.js`, import.meta.url), 'utf8');
  const factors = new RegExp(`const ${name} = ([\\d_. *]+);`).exec(code)?.[1];
  if (factors === undefined) throw new Error(`dist/${module}.js has no constant ${name} of numbers`);
  return factors.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1);
}
