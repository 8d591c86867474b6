const NAMED_CHARACTER = /\\N\{[\w -]*\}?/y;

/** A formatted string that is not closed yet, as it is read from left to right. Expressions may stand in formats of others. */
export class FormattedString {
  readonly #quote: string;
  readonly #isRaw: boolean;
  /** What is read: its text, an expression, or how one is formatted. */
  #part: 'text' | 'expression' | 'format' = 'text';
  /** What the expressions that are open stand in. */
  readonly #around: ('text' | 'format')[] = [];
  /** Brackets that are open in the expression. */
  #depth = 0;

  constructor(prefix: string, quote: string) {
    this.#isRaw = /r/i.test(prefix);
    this.#quote = quote;
  }

  get isInExpression(): boolean {
    return this.#part === 'expression';
  }

  /** How far its text goes from `start`: to its quote, an expression, or the end of a line that it does not go over. */
  textLength(code: string, start: number): number {
    let at = start;
    while (at < code.length && !code.startsWith(this.#quote, at)) {
      const character = code[at];
      if (this.#quote.length === 1 && (character === '\n' || character === '\r')) break;
      if (character === '\\') at += this.#escapeLength(code, at);
      else if (character === '{' && this.#part === 'text' && code[at + 1] === '{') at += 2;
      else if (character === '{' || (character === '}' && this.#part === 'format')) break;
      else at++;
    }
    return Math.min(at, code.length) - start;
  }

  /** A backslash and what it takes with it: never a bracket, but the name of a character in its own. */
  #escapeLength(code: string, at: number): number {
    if (code.startsWith('\\\r\n', at)) return 3;
    if (!this.#isRaw && code.startsWith('\\N{', at)) {
      NAMED_CHARACTER.lastIndex = at;
      return NAMED_CHARACTER.exec(code)?.[0].length ?? 3;
    }
    return code[at + 1] === '{' || code[at + 1] === '}' ? 1 : 2;
  }

  /** Reads what ends a text: its length, 0 at the end of a line, and whether the string ends with it. */
  endText(code: string, at: number): { length: number; isClosed: boolean } {
    if (code.startsWith(this.#quote, at)) return { length: this.#quote.length, isClosed: true };
    if (code[at] === '{' && this.#part !== 'expression') {
      this.#around.push(this.#part);
      this.#part = 'expression';
      this.#depth = 0;
      return { length: 1, isClosed: false };
    }
    if (code[at] !== '}') return { length: 0, isClosed: true };
    this.#leave();
    return { length: 1, isClosed: false };
  }

  /** Whether this character ends the expression; if not, it may be a bracket of it. */
  endsExpression(character: string): boolean {
    if (character === ':' && this.#depth === 0) {
      this.#part = 'format';
      return true;
    }
    if (character === '}' && this.#depth === 0) {
      this.#leave();
      return true;
    }
    if ('([{'.includes(character)) this.#depth++;
    else if (')]}'.includes(character) && this.#depth > 0) this.#depth--;
    return false;
  }

  #leave(): void {
    this.#part = this.#around.pop() ?? 'text';
  }
}
