import type { Tree } from '@lezer/common';
import type { CodeLink } from '../link.ts';
import { expressionRules } from './expressions.ts';
import { functionRules } from './functions.ts';
import { moduleRules } from './modules.ts';
import { JavascriptReader, type Rule } from './reader.ts';
import { typeRules } from './types.ts';

const rules: ReadonlyMap<string, Rule> = new Map([...expressionRules, ...functionRules, ...typeRules, ...moduleRules]);

/** Links of the names in a tree of JavaScript or TypeScript, by the scopes of ECMAScript modules, values and types apart. */
export function javascriptLinks(code: string, tree: Tree): CodeLink[] {
  return new JavascriptReader(code, rules).read(tree.topNode);
}
