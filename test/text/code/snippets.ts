/** Snippets of code, and where others say that their names lead. */
import { readFileSync } from 'node:fs';
import { readCode } from '../../../src/text/code/code.ts';
import type { Language } from '../../../src/text/code/language.ts';
import { codeLinks } from '../../../src/text/code/links.ts';

/** From, to (UTF-16 code units) and kind. */
export type Link = [number, number, string];

export interface ExpectedLinks {
  name: string;
  links: Link[];
}

export function snippetsOf(file: string): { name: string; code: string }[] {
  const [, ...parts] = readFileSync(new URL(file, import.meta.url), 'utf8').split(/^(?:#|\/\/)-- /m);
  return parts.map((part) => {
    const [name] = part.split('\n', 1);
    return { name, code: part.slice(name.length + 1) };
  });
}

export function linksOf(code: string, language: Language): Link[] {
  const read = readCode(code, language, '/text');
  return codeLinks(read)
    .map(({ from, to, kind }): Link => [from.start, to, kind])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** Links as a person reads them. */
export function named(links: readonly Link[], code: string): string[] {
  const word = (at: number) => /^(?:[\p{XID_Continue}$]+|[\s\S]?)/u.exec(code.slice(at))?.[0];
  return links.map(([from, to, kind]) => `${word(from)}@${from} → ${word(to)}@${to} ${kind}`);
}
