import type { SyntaxNode } from '@lezer/common';
import type { CodeLink } from './link.ts';
import { Names } from './names.ts';

/** Goes through a tree from its top; parts wait for their turn in a list, so that no depth is too deep. */
export abstract class TreeReader<Setting> {
  readonly code: string;
  readonly names = new Names();
  readonly #waiting: { node: SyntaxNode; setting: Setting }[] = [];

  constructor(code: string) {
    this.code = code;
  }

  /** Reads one node, and says with `all` which of its parts are read later. */
  protected abstract visit(node: SyntaxNode, setting: Setting): void;

  /** Has these nodes read, with what is known of them. */
  all(nodes: readonly SyntaxNode[], setting: Setting): void {
    for (const node of nodes) this.#waiting.push({ node, setting });
  }

  protected readAll(top: SyntaxNode, setting: Setting): CodeLink[] {
    this.all([top], setting);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      this.visit(next.node, next.setting);
    }
    return this.names.links();
  }
}
