/** A number as programs print it. */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;

/** What JSON, NumPy, PyTorch, JavaScript and spreadsheets call what is no decimal. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ['inf', Infinity],
  ['+inf', Infinity],
  ['-inf', -Infinity],
  ['infinity', Infinity],
  ['-infinity', -Infinity],
  ['∞', Infinity],
  ['-∞', -Infinity],
  ['−∞', -Infinity],
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
]);
const TRUTHS: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['false', 0],
  ['np.true_', 1],
  ['np.false_', 0],
]);

export type NumberKind = 'bool' | 'int' | 'float';

/** NaN is also a number that is printed: undefined is none. */
export function numberOf(token: string): number | undefined {
  if (NUMBER.test(token)) return Number(token);
  const word = token.toLowerCase();
  return WORDS.get(word) ?? TRUTHS.get(word);
}

export const kindOf = (token: string): NumberKind =>
  INTEGER.test(token) ? 'int' : TRUTHS.has(token.toLowerCase()) ? 'bool' : 'float';

/** Dots stand for numbers that were left out. */
export const isLeftOut = (token: string): boolean => token === '...' || token === '…';

export const LEFT_OUT =
  '“...” leaves numbers out: print all of them with np.set_printoptions(threshold=sys.maxsize) or torch.set_printoptions(profile="full"), or save a .npy.';
