/** Misuse is said where it happens: what the methods are given is checked before anything is sent. */
import { isObject } from './object.ts';
import { SpotlightError } from './spotlight-error.ts';

/** @throws SpotlightError `invalid_argument` for a value that is not what stands at `pointer` */
export type Check = (value: unknown, pointer: string) => void;
type Checks = Readonly<Record<string, Check>>;

/** The longest text of a caller that is repeated in a message. */
const MAX_SHOWN = 40;

/** The error of a value that is not what it must be. */
export function misuse(pointer: string, expects: string, value: unknown): SpotlightError {
  const name = pointer.slice(1).replaceAll('/', '.');
  return invalid(pointer, `${name} must be ${expects}, but is ${shown(value)}`);
}

/** The error of what stands at `pointer`. */
export function invalid(pointer: string, detail: string): SpotlightError {
  return new SpotlightError('invalid_argument', detail, { pointer });
}

function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return ArrayBuffer.isView(value) ? `a ${value.constructor.name} of ${value.byteLength} bytes` : 'an object';
}

const that =
  (holds: (value: unknown) => boolean, expects: string): Check =>
  (value, pointer) => {
    if (!holds(value)) throw misuse(pointer, expects, value);
  };

export const flag = that((value) => typeof value === 'boolean', 'true or false');
export const callable = that((value) => typeof value === 'function', 'a function');
/** Also one of another realm, such as that of a frame. */
export const abortSignal = that(
  (value) => isObject(value) && 'aborted' in value && 'addEventListener' in value,
  'an AbortSignal',
);

export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return that((value) => Number.isInteger(value) && isBetween(value, least, most), `an integer ${bounds}`);
}

export function number(least: number, most: number): Check {
  return that((value) => isBetween(value, least, most), `a number from ${least} to ${most}`);
}

/** A check that lets one more value through. */
export function or(other: number | null, check: Check): Check {
  return (value, pointer) => {
    if (value !== other) check(value, pointer);
  };
}

export function text(most: number): Check {
  return that(
    (value) =>
      // No path can carry half a surrogate pair.
      typeof value === 'string' && value.length > 0 && value.length <= most && !/\p{Surrogate}/u.test(value),
    `a text of 1 to ${most} characters`,
  );
}

/** What a header can carry; it is not repeated in the message. */
export function secret(most: number): Check {
  return (value, pointer) => {
    if (typeof value === 'string' && value.length <= most && /^[\x21-\x7e]+$/.test(value)) return;
    throw invalid(pointer, `${pointer.slice(1)} must be a text of 1 to ${most} visible ASCII characters`);
  };
}

/** One of the names of a table. */
export function oneOf(names: object): Check {
  return that(
    (value) => typeof value === 'string' && Object.hasOwn(names, value),
    `one of ${Object.keys(names).join(', ')}`,
  );
}

/** A list that is not empty. */
export function listOf(item: Check): Check {
  const isList = that((value) => Array.isArray(value) && value.length > 0, 'a list that is not empty');
  return (value, pointer) => {
    isList(value, pointer);
    if (Array.isArray(value)) for (const [i, x] of value.entries()) item(x, `${pointer}/${i}`);
  };
}

/** An object with no other members than these; those that are undefined count as absent. */
export function members(checks: Checks, required: readonly string[] = []): Check {
  return (value, pointer) => {
    if (!isObject(value)) throw misuse(pointer === '' ? '/options' : pointer, 'an object', value);
    for (const name of required) checks[name](Reflect.get(value, name), `${pointer}/${name}`);
    for (const [name, member] of Object.entries(value)) {
      if (!Object.hasOwn(checks, name)) {
        const detail = `there is no option ${shown(name)}; there are ${Object.keys(checks).join(', ')}`;
        throw invalid(`${pointer}/${name}`, detail);
      }
      if (member !== undefined) checks[name](member, `${pointer}/${name}`);
    }
  };
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
