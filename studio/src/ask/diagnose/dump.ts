/** A dump: what went into somebody's attention, and what came out, as bytes that go to the service as they are. */

export interface Dump {
  /** Another for each that is taken: two files may have one name. */
  id: number;
  name: string;
  /** Its media type. */
  type: string;
  body: Blob;
  /** Of the queries and the keys, where they are words. */
  words?: { queries: readonly string[]; keys: readonly string[] };
}

/** By the endings of names. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.npz', 'application/x-npz'],
  ['.safetensors', 'application/vnd.safetensors'],
  ['.json', 'application/json'],
]);

/** What a file picker offers. */
export const ENDINGS = [...TYPES.keys()];

let taken = 0;

/** A dump with a number of its own. */
export const numbered = (dump: Omit<Dump, 'id'>): Dump => ({ ...dump, id: ++taken });

/** A file as a dump, by the ending of its name; in words what is wrong with one that need not be sent. */
export function dumpOf(file: Blob & { name: string }, maxBytes: number | undefined): Dump | string {
  const { name, size } = file;
  const type = TYPES.get(/\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '');
  if (type === undefined) return `“${name}” is no dump: its name has to end with ${oneOf(ENDINGS)}.`;
  if (size === 0) return `“${name}” is empty.`;
  if (maxBytes !== undefined && size > maxBytes)
    return `“${name}” has ${bytesOf(size)}, and the service takes ${bytesOf(maxBytes)}: fewer heads or rows would fit.`;
  return numbered({ name, type, body: file });
}

const oneOf = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'];

/** A size as people say it: 512 bytes, 1.5 MiB. */
export function bytesOf(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${UNITS[power]}`;
}
