import { type Options, parse } from 'acorn';
import { parse as parseBroken } from 'acorn-loose';
import { analyze, type Definition, type Scope } from 'eslint-scope';
import { RequestError } from '../../errors.ts';
import type { Token } from '../token.ts';

/**
 * Why one place in the code looks at another: a name at its declaration, a call at its function, a name at its import and an
 * imported name at its module, a declaration at the function or class whose scope it is in, a bracket at its partner.
 */
export type LinkKind = 'declaration' | 'call' | 'import' | 'scope' | 'bracket';

/** From a range of code units, end exclusive, to the start of another. */
export interface CodeLink {
  from: Range;
  to: number;
  kind: LinkKind;
}

interface Range {
  start: number;
  end: number;
}

/** What acorn makes is ESTree, but its types are declared twice. */
type Program = Parameters<typeof analyze>[0];

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  ranges: true,
  allowReturnOutsideFunction: true,
  allowHashBang: true,
};
/** The version that eslint-scope reads names by; the last that changed them. */
const SCOPE_VERSION = 2022;
const PARTNERS: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/**
 * Links of a piece of JavaScript whose tokens are `tokens`. Code that breaks off, or is wrong elsewhere, is read as far as it
 * goes, and `isBroken` says so.
 * @throws RequestError `too_complex` for code that nests too deeply
 */
export function codeLinks(code: string, tokens: readonly Token[]): { links: CodeLink[]; isBroken: boolean } {
  const { program, isBroken } = programOf(code);
  const calls = callStarts(tokens);
  const links: CodeLink[] = [];
  for (const scope of scopesOf(program)) {
    for (const { identifier, resolved } of scope.references) {
      const [definition] = resolved?.defs ?? [];
      if (definition === undefined) continue;
      const from = rangeOf(identifier);
      const to = rangeOf(definition.name);
      const kind =
        definition.type === 'ImportBinding' ? 'import' : calls.has(from?.start ?? -1) ? 'call' : 'declaration';
      addLink(links, from, to, kind);
    }
    for (const { defs } of scope.variables) {
      for (const definition of defs)
        addLink(links, rangeOf(definition.name), homeOf(definition, scope), homeKind(definition));
    }
  }
  return { links: [...links, ...bracketLinks(tokens)], isBroken };
}

function programOf(code: string): { program: Program; isBroken: boolean } {
  try {
    return { program: estree(parse(code, OPTIONS)), isBroken: false };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw unread(error);
  }
  try {
    return { program: estree(parseBroken(code, OPTIONS)), isBroken: true };
  } catch (error) {
    throw unread(error);
  }
}

function estree(program: unknown): Program {
  const isProgram = (tree: unknown): tree is Program =>
    typeof tree === 'object' && tree !== null && 'type' in tree && tree.type === 'Program';
  if (!isProgram(program)) throw new Error('the parser gave no program');
  return program;
}

function scopesOf(program: Program): Scope[] {
  try {
    const options = {
      ecmaVersion: SCOPE_VERSION,
      sourceType: 'module',
      ignoreEval: true,
      fallback: 'iteration',
    } as const;
    return analyze(program, options).scopes;
  } catch (error) {
    throw unread(error);
  }
}

/** Parsers recurse, so that deep nesting ends in a RangeError for want of stack. */
function unread(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new RequestError('too_complex', 'the code nests too deeply to be read', { pointer: '/text' });
}

function addLink(links: CodeLink[], from: Range | undefined, to: Range | undefined, kind: LinkKind): void {
  if (from !== undefined && to !== undefined && from.start !== to.start) links.push({ from, to: to.start, kind });
}

/** Where a declared name belongs: the module that it is imported from, or what its scope is called. */
function homeOf(definition: Definition, scope: Scope): Range | undefined {
  if (definition.type === 'ImportBinding') return rangeOf(definition.parent.source);
  for (let around: Scope | null = scope; around !== null; around = around.upper) {
    const { block } = around;
    if ('id' in block && block.id) {
      const name = rangeOf(block.id);
      if (name !== undefined && name.start !== rangeOf(definition.name)?.start) return name;
    }
  }
  return undefined;
}

function homeKind(definition: Definition): LinkKind {
  return definition.type === 'ImportBinding' ? 'import' : 'scope';
}

/** Nothing for the names that the parser of broken code makes up. */
function rangeOf(node: { range?: [number, number]; name?: string }): Range | undefined {
  if (node.range === undefined || node.range[0] >= node.range[1]) return undefined;
  return { start: node.range[0], end: node.range[1] };
}

/** Where names stand that are followed by an opening parenthesis. */
function callStarts(tokens: readonly Token[]): Set<number> {
  const starts = new Set<number>();
  for (let i = 0; i + 1 < tokens.length; i++) {
    const { start } = tokens[i];
    if (start !== null && tokens[i + 1].text === '(') starts.add(start);
  }
  return starts;
}

function bracketLinks(tokens: readonly Token[]): CodeLink[] {
  const links: CodeLink[] = [];
  const open: { text: string; range: Range }[] = [];
  for (const { text, start, end } of tokens) {
    if (start === null || end === null) continue;
    const range = { start, end };
    if ([...PARTNERS.values()].includes(text)) open.push({ text, range });
    const partner = PARTNERS.get(text);
    if (partner === undefined) continue;
    const at = open.findLastIndex((bracket) => bracket.text === partner);
    if (at < 0) continue;
    // What was opened in between was never closed.
    const [opened] = open.splice(at);
    links.push(
      { from: opened.range, to: start, kind: 'bracket' },
      { from: range, to: opened.range.start, kind: 'bracket' },
    );
  }
  return links;
}
