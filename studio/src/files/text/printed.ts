/** What NumPy, PyTorch, MLX and JAX print around the numbers: `tensor([[…]], device='cuda:0', dtype=torch.float16)`. */
import { FileFault, type Tensor } from '../tensor.ts';
import { type Bracketed, readBrackets } from './brackets.ts';
import { faultAt } from './place.ts';
import { type NumberKind, numberOf } from './printed-number.ts';

/** `q = torch.tensor(`, `Parameter containing:\ntensor(`, `<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray(`. */
const BEFORE = /^[\w\s.:=<>(),-]*$/;
/** PyTorch once took a power of ten out of all numbers: `tensor(1.00000e-03 *\n[[…]])`. */
const FACTOR = /(?<factor>[\d.]+(?:e[+-]?\d+)?)\s*\*\s*$/i;
const AFTER = /^(?:\s*,\s*(?:\w+\s*=\s*)?(?:'[^']*'|"[^"]*"|<[^<>]*>|[\w.]+(?:\([^()]*\))?|\([\d,\s]*\)))*[\s,)>;]*$/;
const DTYPE = /\bdtype\s*[=:]\s*['"]?(?:[a-z]+\.)?(?<dtype>[a-z_]*[a-z]\d*\w*)/;
const SIZE = /\bsize=\((?<sizes>[\d,\s]*)\)/;
/** NumPy prints the numbers of a list so. */
const SCALARS = /\b(?:np|numpy)\.[a-z]+\d*\(([^()]*)\)/g;
const SCALAR = /^(?:[\w\s.:=]*\()?\s*(?<token>[^\s,()[\]]+)\s*(?<after>[,)][^[\]]*)$/;

/** What programs print around numbers is short; what is longer is not searched. */
const MOST_AROUND = 500;
const shortly = (text: string): string => text.trim().slice(0, 40);

const DEFAULTS: Record<'tensor' | 'other', Record<NumberKind, string>> = {
  tensor: { float: 'float32', int: 'int64', bool: 'bool' },
  other: { float: 'float64', int: 'int64', bool: 'bool' },
};

/** A text that has brackets. @throws FileFault where it is none of these prints, or leaves numbers out */
export function readPrinted(printed: string): Tensor {
  // As long as before, so that faults point at where it stands.
  const text = printed.replace(SCALARS, (all, number: string) => `${number.padStart(all.length - 1)} `);
  const start = text.indexOf('[');
  const all = text.slice(0, start);
  if (all.length > MOST_AROUND) throw faultAt(text, 0, `“${shortly(all)}” stands before the numbers.`);
  const { factor } = FACTOR.exec(all)?.groups ?? {};
  const before = all.replace(FACTOR, '');
  if (!BEFORE.test(before)) throw faultAt(text, 0, `“${shortly(before)}” stands before the numbers.`);
  const bracketed = readBrackets(text, start);
  const after = text.slice(bracketed.end);
  if (after.length > MOST_AROUND || !AFTER.test(after))
    throw faultAt(text, bracketed.end, `After the numbers stands “${shortly(after)}”: one matrix at a time.`);
  return {
    name: '',
    dtype: dtypeOf(`${before} ${after}`, /tensor\s*\($/i.test(before) ? 'tensor' : 'other', bracketed.kind),
    shape: shapeOf(bracketed, after),
    values: factor === undefined ? bracketed.values : scaled(bracketed.values, Number(factor)),
  };
}

/** `tensor(0.5)`: a number alone; undefined where it is something else. */
export function readScalar(text: string): Tensor | undefined {
  if (text.length > MOST_AROUND || !text.includes('(')) return undefined;
  const { token = '', after = '' } = SCALAR.exec(text.trim())?.groups ?? {};
  const value = numberOf(token);
  if (value === undefined || !AFTER.test(after)) return undefined;
  return { name: '', dtype: dtypeOf(after, 'tensor', 'float'), shape: [], values: Float64Array.of(value) };
}

function dtypeOf(around: string, by: 'tensor' | 'other', kind: NumberKind): string {
  const dtype = DTYPE.exec(around)?.groups?.dtype;
  return dtype === undefined || !/[a-z]{3}/.test(dtype) ? DEFAULTS[by][kind] : dtype;
}

/** Brackets do not say how long the rows are that are not there: `tensor([], size=(0, 4))`. */
function shapeOf({ shape, values }: Bracketed, after: string): readonly number[] {
  const sizes = SIZE.exec(after)
    ?.groups?.sizes.match(/\d{1,15}/g)
    ?.map(Number);
  if (values.length > 0 || sizes === undefined) return shape;
  if (!sizes.includes(0)) throw new FileFault(`No numbers are there, and the size says ${sizes.join(' × ')}.`);
  return sizes;
}

/** By a power of ten as if the exponent stood at the number: 0.1 · 1e-3 is 0.0001, and not the number beside it. */
function scaled(values: Float64Array, factor: number): Float64Array {
  const exponent = Math.round(Math.log10(factor));
  const isPower = Number(`1e${exponent}`) === factor;
  return values.map((value) => (isPower && Number.isFinite(value) ? Number(shifted(value, exponent)) : value * factor));
}

function shifted(value: number, by: number): string {
  const [digits, exponent] = value.toExponential().split('e');
  return `${digits}e${Number(exponent) + by}`;
}
