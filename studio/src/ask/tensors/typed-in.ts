/** What is typed into a field → its value, and back: numbers with spaces or commas between, rows as lines; or JSON. */
import type { Kind } from './schema.ts';

export type Read = { value: unknown } | { fault: string };

/** Kinds that are written as a text. An object has fields of its own, and of a few values one is chosen. */
export const isTyped = (kind: Kind): boolean => kind.is === 'number' || kind.is === 'text' || kind.is === 'list';

/**
 * The value of a text, by the first of the kinds that it fits; of nothing, undefined: as if it was not given.
 * What it should have been, in words, where it fits none.
 */
export function readTyped(kinds: readonly Kind[], text: string): Read {
  if (text.trim() === '') return { value: undefined };
  const faults: string[] = [];
  for (const kind of kinds) {
    for (const value of readings(kind, text)) {
      const fault = faultOf(kind, value);
      if (fault === undefined) return { value };
      faults.push(fault);
    }
  }
  const [nearest] = faults;
  return { fault: nearest ?? `must be ${kinds.map(wordsOf).join(', or ')}` };
}

/** A value as one types it, so that reading gives it back. */
export function writeTyped(kinds: readonly Kind[], value: unknown): string {
  if (value === undefined || value === null) return '';
  const plain = plainOf(value);
  const read = readTyped(kinds, plain);
  return 'value' in read && JSON.stringify(read.value) === JSON.stringify(value) ? plain : JSON.stringify(value);
}

function plainOf(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  const isOfLines = value.some((one) => Array.isArray(one) || typeof one === 'string');
  return value.map(plainOf).join(isOfLines ? '\n' : ' ');
}

/** What a text may mean where a kind is wanted: as JSON, and as people write it. */
function readings(kind: Kind, text: string): unknown[] {
  if (kind.is === 'text') return [text.trim()];
  const json = parsed(text);
  if (kind.is !== 'list') return typeof json === 'number' ? [json] : [];
  const lists = Array.isArray(json) ? [json] : [];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (kind.item.is === 'text') return [...lists, lines.map((line) => line.trim())];
  const rows = lines.map((line) =>
    line
      .trim()
      .split(/[\s,;]+/)
      .filter((word) => word !== '')
      .map(numberOf),
  );
  if (rows.flat().some(Number.isNaN)) return lists;
  if (kind.item.is === 'list') return [...lists, ...(rows.length > 1 ? [rows] : [])];
  return [...lists, ...(rows.length === 1 ? rows : [])];
}

/** As JSON has numbers: `0x10` and ` ` are none. */
const numberOf = (word: string): number =>
  /^[+\-−]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word.replace('−', '-')) : Number.NaN;

function parsed(text: string): unknown {
  const number = numberOf(text.trim());
  if (!Number.isNaN(number)) return number;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with a value, in words; undefined where it is one of the kind. */
export function faultOf(kind: Kind, value: unknown): string | undefined {
  switch (kind.is) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be ${wordsOf(kind)}`;
    case 'choice':
      return kind.values.some((one) => one === value) ? undefined : `must be ${wordsOf(kind)}`;
    case 'text':
      return typeof value === 'string' && value.length <= kind.most ? undefined : `must be ${wordsOf(kind)}`;
    case 'number': {
      const { isInteger, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, multipleOf } = kind;
      const isOne =
        typeof value === 'number' &&
        value >= least &&
        value <= most &&
        (!isInteger || Number.isInteger(value)) &&
        (multipleOf === 0 || value % multipleOf === 0);
      return isOne ? undefined : `must be ${wordsOf(kind)}`;
    }
    case 'list': {
      if (!Array.isArray(value) || value.length < kind.least || value.length > kind.most)
        return `must be ${wordsOf(kind)}`;
      const wrong = value.findIndex((one) => faultOf(kind.item, one) !== undefined);
      return wrong === -1 ? undefined : `number ${wrong + 1} ${faultOf(kind.item, value[wrong])}`;
    }
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'must be an object';
  }
}

/** What a value of a kind is, in words. */
export function wordsOf(kind: Kind): string {
  switch (kind.is) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return kind.values.map((one) => JSON.stringify(one)).join(' or ');
    case 'text':
      return kind.most < 1000 ? `a text of at most ${kind.most} characters` : 'a text';
    case 'number':
      return `${kindWord(kind)}${boundWords(kind)}`;
    case 'list':
      return kind.item.is === 'list'
        ? 'rows of numbers'
        : kind.item.is === 'text'
          ? 'texts, one a line'
          : 'numbers with spaces between';
    case 'object':
      return `an object with ${kind.fields.map(({ name }) => name).join(', ')}`;
  }
}

type NumberKind = Extract<Kind, { is: 'number' }>;

function kindWord({ isInteger, multipleOf }: NumberKind): string {
  if (multipleOf > 1) return multipleOf === 2 ? 'an even number' : `a multiple of ${multipleOf}`;
  return isInteger ? 'an integer' : 'a number';
}

/** Bounds that are only those of the number's format need no words. */
const FORMAT = 2 ** 31 - 1;

function boundWords({ least, most }: NumberKind): string {
  const [hasLeast, hasMost] = [least !== undefined && least > -FORMAT, most !== undefined && most < FORMAT];
  if (hasLeast && hasMost) return ` from ${least} to ${most}`;
  if (hasLeast) return ` of at least ${least}`;
  return hasMost ? ` of at most ${most}` : '';
}
