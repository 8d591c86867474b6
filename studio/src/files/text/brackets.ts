/** Nested brackets, with commas or without, as Python, NumPy, PyTorch and JSON print numbers. */
import { Growing } from './growing.ts';
import { faultAt } from './place.ts';
import { isLeftOut, kindOf, LEFT_OUT, type NumberKind, numberOf } from './printed-number.ts';

export interface Bracketed {
  shape: readonly number[];
  values: Float64Array;
  /** What all numbers are; floats where they differ. */
  kind: NumberKind;
  /** Where the last bracket was closed. */
  end: number;
}

const MOST_AXES = 32;
const TOKEN = /[^\s,[\]();]+/y;
const SPACE = /\s/;

/** @throws FileFault where brackets, rows or numbers are not as they should be */
export function readBrackets(text: string, start: number): Bracketed {
  const reader = new BracketReader(text);
  return reader.read(start);
}

/** Invariant: `counts` has, by open bracket, how many things it has so far; `sizes`, by depth, how many the first closed one had. */
class BracketReader {
  readonly #text: string;
  readonly #values = new Growing();
  readonly #counts: number[] = [];
  readonly #sizes: number[] = [];
  #numbersAt: number | undefined;
  #kind: NumberKind | undefined;
  /** Whether a comma waits for what it parts. */
  #isParted = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(start: number): Bracketed {
    for (let at = start; at < this.#text.length; ) {
      const char = this.#text[at];
      if (char === '[' || char === '(') this.#open(at++);
      else if (char === ']' || char === ')') {
        this.#close(at++);
        if (this.#counts.length === 0) return this.#done(start, at);
      } else if (char === ',') this.#part(at++);
      else if (SPACE.test(char)) at++;
      else at = this.#number(at);
    }
    const open = this.#counts.length;
    throw this.#fault(this.#text.length, `${open} ${open === 1 ? 'bracket is' : 'brackets are'} not closed.`);
  }

  #fault = (at: number, message: string) => faultAt(this.#text, at, message);

  #open(at: number): void {
    if (this.#counts.length === MOST_AXES)
      throw this.#fault(at, `There are more than ${MOST_AXES} brackets in each other.`);
    this.#counts.push(0);
    this.#isParted = false;
  }

  #close(at: number): void {
    const count = this.#counts.pop() ?? 0;
    const depth = this.#counts.length;
    // Python allows a comma after the last.
    if (this.#isParted && count === 0) throw this.#fault(at, 'A number is missing before this bracket.');
    this.#isParted = false;
    const first = this.#sizes[depth];
    if (first === undefined) this.#sizes[depth] = count;
    else if (first !== count) throw this.#fault(at, this.#ragged(count, first));
    if (depth > 0) this.#counts[depth - 1]++;
  }

  /** Which of the rows, or blocks of rows, has other than the first. */
  #ragged(count: number, first: number): string {
    const isRow = this.#numbersAt === undefined || this.#numbersAt === this.#counts.length + 1;
    const [one, things] = isRow ? ['row', 'numbers'] : ['block', 'rows'];
    const outer = this.#counts.map((index) => index + 1);
    const own = outer.pop();
    const [here, there] = outer.length === 0 ? ['', ''] : [` of block ${outer.join('.')}`, ` of block 1`];
    const counted = `${count} ${count === 1 ? things.slice(0, -1) : things}`;
    return `${one} ${own}${here} has ${counted}, ${one} 1${there} has ${first}.`;
  }

  #part(at: number): void {
    if (this.#isParted || this.#counts.at(-1) === 0) throw this.#fault(at, 'A number is missing before this comma.');
    this.#isParted = true;
  }

  #number(at: number): number {
    TOKEN.lastIndex = at;
    const [token = ''] = TOKEN.exec(this.#text) ?? [];
    // JSON has no infinity: it stands there as a text.
    const bare = token.length > 2 && /^(["']).*\1$/.test(token) ? token.slice(1, -1) : token;
    if (isLeftOut(bare)) throw this.#fault(at, LEFT_OUT);
    const value = numberOf(bare);
    if (value === undefined) throw this.#fault(at, `“${(token || this.#text[at]).slice(0, 40)}” is no number.`);
    const depth = this.#counts.length;
    this.#numbersAt ??= depth;
    if (this.#numbersAt !== depth)
      throw this.#fault(at, `Here is a number where there are rows elsewhere, or a row where there are numbers.`);
    const kind = kindOf(bare);
    this.#kind = this.#kind === undefined || this.#kind === kind ? kind : 'float';
    this.#values.push(value);
    this.#counts[depth - 1]++;
    this.#isParted = false;
    return at + token.length;
  }

  #done(start: number, end: number): Bracketed {
    if (this.#numbersAt !== undefined && this.#numbersAt !== this.#sizes.length)
      throw this.#fault(start, 'There are rows of rows and numbers side by side.');
    return { shape: this.#sizes, values: this.#values.all(), kind: this.#kind ?? 'float', end };
  }
}
