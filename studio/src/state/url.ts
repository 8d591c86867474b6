/** State → the fragment of a link, and back. A fragment never reaches the server: what is typed stays in the page. */
import {
  type Against,
  COLOR_SCALES,
  COMBINATIONS,
  DETAILS,
  DIRECTIONS,
  HEADS,
  MATRIX_SIZES,
  MATRIX_SOURCES,
  type MatrixChoice,
  MODES,
  type ModelPlace,
  type Pair,
  type PatternPlace,
  POOLINGS,
  SPEEDS,
  START,
  type State,
  THEMES,
  VECTORS,
  VIEWS,
} from './state.ts';

/** How one member stands in a link; what cannot be read is undefined, and then as at the start. */
interface Field<T> {
  name: string;
  write(value: T): string;
  read(text: string): T | undefined;
}

/** All numbers are indexes, steps and temperatures of requests that the service would refuse anyway beyond this. */
const MOST_TEMPERATURE = 1e6;

const text = (name: string): Field<string> => ({ name, write: (value) => value, read: (value) => value });
const optional = (name: string): Field<string | undefined> => ({
  name,
  write: (value) => value ?? '',
  read: (value) => value || undefined,
});
const flag = (name: string): Field<boolean> => ({
  name,
  write: (value) => (value ? '1' : '0'),
  read: (value) => ({ '1': true, '0': false })[value],
});
const oneOf = <T extends string>(name: string, values: readonly T[]): Field<T> => ({
  name,
  write: (value) => value,
  read: (value) => values.find((known) => known === value),
});
const index = (value: string): number | undefined => (/^\d{1,9}$/.test(value) ? Number(value) : undefined);

const pairField = (name: string): Field<Pair | undefined> => ({
  name,
  write: (pair) => (pair === undefined ? '' : `${pair.query} ${pair.key}`),
  read: (value) => {
    const [query, key, ...more] = value.split(' ').map(index);
    return query === undefined || key === undefined || more.length > 0 ? undefined : { query, key };
  },
});

const patternPlace = (name: string): Field<PatternPlace | undefined> => ({
  name,
  write: (place) => {
    if (place === undefined) return '';
    const { batch, head, cell } = place;
    return [batch, head, ...(cell === undefined ? [] : [cell.query, cell.key])].join(' ');
  },
  read: (value): PatternPlace | undefined => {
    const [batch, head, query, key, ...more] = value.split(' ').map(index);
    const count = value.split(' ').length;
    if (batch === undefined || head === undefined || more.length > 0) return undefined;
    if (count === 2) return { batch, head, cell: undefined };
    return query === undefined || key === undefined ? undefined : { batch, head, cell: { query, key } };
  },
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** As JSON; no text where there is nothing in it. */
const json = <T>(name: string, nothing: T, read: (value: unknown) => T | undefined): Field<T> => ({
  name,
  write: (value) => (JSON.stringify(value) === JSON.stringify(nothing) ? '' : JSON.stringify(value)),
  read: (text) => {
    try {
      return read(JSON.parse(text));
    } catch {
      return undefined;
    }
  },
});

function againstOf(value: unknown): Against | undefined {
  if (!isRecord(value)) return undefined;
  const { option, role, tensor } = value;
  if (typeof option === 'string' && 'value' in value) return { option, value: value.value };
  return typeof role === 'string' && typeof tensor === 'string' ? { role, tensor } : undefined;
}

const fields: { [K in keyof State]: Field<State[K]> } = {
  view: oneOf('view', VIEWS),
  text: text('text'),
  context: text('context'),
  mode: oneOf('mode', MODES),
  vectors: oneOf('vectors', VECTORS),
  heads: {
    name: 'heads',
    write: (heads) => heads.join(' '),
    read: (value) => {
      const named = new Set(value.split(' '));
      const heads = HEADS.filter((head) => named.has(head));
      return heads.length > 0 ? heads : undefined;
    },
  },
  combine: oneOf('combine', COMBINATIONS),
  temperature: {
    name: 'temperature',
    write: String,
    read: (value) => {
      const number = value === '' ? Number.NaN : Number(value);
      return number > 0 && number <= MOST_TEMPERATURE ? number : undefined;
    },
  },
  excludeSelf: flag('exclude_self'),
  direction: oneOf('direction', DIRECTIONS),
  locked: {
    name: 'locked',
    write: (locked) => locked.join(' '),
    read: (value) => {
      if (value === '') return [];
      const locked = value.split(' ').map(index);
      return locked.every((one) => one !== undefined) ? [...new Set(locked)].sort((a, b) => a - b) : undefined;
    },
  },
  pair: pairField('pair'),
  pairHead: {
    name: 'pair_head',
    write: (head) => head ?? '',
    read: (value) => HEADS.find((known) => known === value),
  },
  detail: oneOf('detail', DETAILS),
  speed: { name: 'speed', write: String, read: (value) => SPEEDS.find((known) => String(known) === value) },
  step: { name: 'step', write: String, read: index },
  run: optional('run'),
  lesson: optional('lesson'),
  tried: {
    name: 'tried',
    write: (tried) =>
      Object.entries(tried)
        .map(([name, value]) => `${name}:${value}`)
        .join(' '),
    read: (value) => {
      const named = value.split(' ').map((one) => /^([a-z][a-z_.]*):(\S+)$/.exec(one) ?? []);
      const tried = named.map(([, name, number]) => [name, Number(number)] as const);
      return tried.every(([name, number]) => name !== undefined && Number.isFinite(number))
        ? Object.fromEntries(tried)
        : undefined;
    },
  },
  patterns: patternPlace('patterns'),
  tensors: optional('tensors'),
  options: json('options', START.options, (value) => (isRecord(value) ? value : undefined)),
  against: json('against', START.against, againstOf),
  answered: patternPlace('answered'),
  matrix: {
    name: 'matrix',
    write: ({ of, size, step, batch, head, by, scale }) => [of, size, step, batch, head, by, scale].join(' '),
    read: (value): MatrixChoice | undefined => {
      const [of, size, step, batch, head, by, scale] = value.split(' ');
      const source = MATRIX_SOURCES.find((known) => known === of);
      const numbers = [batch, head].map((number) => index(number ?? ''));
      const count = MATRIX_SIZES.find((known) => String(known) === size);
      const pooling = POOLINGS.find((known) => known === by);
      const colors = COLOR_SCALES.find((known) => known === scale);
      const [entry, one] = numbers;
      if (source === undefined || pooling === undefined || colors === undefined || !/^[a-z_]{1,32}$/.test(step ?? ''))
        return undefined;
      if (count === undefined || entry === undefined || one === undefined) return undefined;
      return { of: source, size: count, step, batch: entry, head: one, by: pooling, scale: colors };
    },
  },
  matrixSight: {
    name: 'sight',
    write: (sight) =>
      sight === undefined
        ? ''
        : [sight.row, sight.key, sight.cell].map((number) => Number(number.toPrecision(6))).join(' '),
    read: (value) => {
      const [row, key, cell, ...more] = value.split(' ').map(Number);
      const areNumbers = [row, key, cell].every((number) => Number.isFinite(number) && number >= 0);
      return areNumbers && cell > 0 && more.length === 0 ? { row, key, cell } : undefined;
    },
  },
  matrixCell: pairField('cell'),
  model: {
    name: 'model',
    write: (place) => {
      if (place === undefined) return '';
      const { layer, head, batch, word } = place;
      return [layer, head, ...(word === undefined ? (batch === 0 ? [] : [batch]) : [batch, word])].join(' ');
    },
    read: (value): ModelPlace | undefined => {
      const [layer, head, batch, word, ...more] = value.split(' ').map(index);
      const count = value.split(' ').length;
      const isBroken = (count > 2 && batch === undefined) || (count > 3 && word === undefined);
      if (layer === undefined || head === undefined || isBroken || more.length > 0) return undefined;
      return { layer, head, batch: batch ?? 0, word };
    },
  },
  isMerged: flag('merged'),
  theme: oneOf('theme', THEMES),
  isStage: flag('stage'),
  picture: { name: 'picture', write: String, read: (value) => index(value) || undefined },
  hasTables: flag('tables'),
};

const names = Object.keys(fields) as (keyof State)[];

/** The fragment without its #: what is not as at the start, in the order of the state. */
export function toFragment(state: State): string {
  const written = new URLSearchParams();
  for (const name of names) write(written, name, state);
  return written.toString();
}

function write<K extends keyof State>(written: URLSearchParams, member: K, state: State): void {
  const { name, write } = fields[member];
  const value = write(state[member]);
  if (value !== write(START[member])) written.set(name, value);
}

/** The state of a fragment, with or without #; what is missing or broken in it is as at the start. */
export function fromFragment(fragment: string): State {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const state = { ...START };
  for (const name of names) read(given, name, state);
  return state;
}

function read<K extends keyof State>(given: URLSearchParams, member: K, state: State): void {
  const { name, read } = fields[member];
  const value = given.get(name);
  state[member] = (value === null ? undefined : read(value)) ?? START[member];
}
