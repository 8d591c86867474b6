import type { Compact } from './compact.ts';
import type { CodeLink, Range } from './link.ts';

const PARTNERS: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
const OPENING: ReadonlySet<string> = new Set(PARTNERS.values());

/** Brackets look at their partners, those around an expression in a formatted string too. */
export function bracketLinks({ code, lexemes }: Compact): CodeLink[] {
  const links: CodeLink[] = [];
  const open: { bracket: string; range: Range }[] = [];
  for (const { isText, ...range } of lexemes) {
    if (isText || range.end - range.start > 1) continue;
    const bracket = code[range.start];
    if (OPENING.has(bracket)) open.push({ bracket, range });
    const partner = PARTNERS.get(bracket);
    const at = partner === undefined ? -1 : open.findLastIndex((one) => one.bracket === partner);
    if (at < 0) continue;
    // What was opened in between was never closed.
    const [opened] = open.splice(at);
    links.push(
      { from: opened.range, to: range.start, kind: 'bracket' },
      { from: range, to: opened.range.start, kind: 'bracket' },
    );
  }
  return links;
}
