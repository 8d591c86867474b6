import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The pages whose commands are run. load/README.md has commands that take minutes; its scripts are named in a test of their own. */
export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'client/README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A fenced block of a page, with the one behind it when nothing but blank lines is between. */
export interface Block {
  page: string;
  /** The heading that it stands under. */
  section: string;
  language: string;
  text: string;
  /** What a page shows as the answer of a command. */
  next?: { language: string; text: string };
}

export function blocksOf(page: string): Block[] {
  const text = readFileSync(root + page, 'utf8');
  const found = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return found.map(({ 1: language, 2: body, 0: whole, index }, i) => {
    const following = found[i + 1];
    const touches = following !== undefined && text.slice(index + whole.length, following.index).trim() === '';
    return {
      page,
      section:
        text
          .slice(0, index)
          .match(/^#+ .*$/gm)
          ?.at(-1) ?? '',
      language,
      text: body,
      next: touches ? { language: following[1], text: following[2] } : undefined,
    };
  });
}

/** Each command of a shell block by itself, without its comment. Lines belong together while a quote is open or a `\` ends them. */
export function commandsOf(block: Block): string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of block.text.split('\n')) {
    open += `${open === '' ? '' : '\n'}${line}`;
    const quotes = open.replaceAll(/\\./g, '').split("'").length - 1;
    if (quotes % 2 === 1 || line.endsWith('\\')) continue;
    const command = open.replace(/\s+# .*$/, '').trim();
    if (command !== '' && !command.startsWith('#')) commands.push(command);
    open = '';
  }
  return commands;
}
