/** What a variable of the environment is: its check, its default and what is said about it. */
import { z } from 'zod';

export interface About {
  variable: string;
  /** What a value must be, as the end of the sentence "… must be". */
  expects: string;
  standard: string;
  meaning: string;
}

const abouts = z.registry<About>();

/** The longest that a timer of Node can wait. */
const MAX_MS = 2 ** 31 - 1;
export const MAX_BYTES = 2 ** 40;
const UNITS: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

export const oneOf = (values: readonly string[]) => `one of ${values.join(', ')}`;

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

export function count(variable: string, standard: number, min: number, max: number, meaning: string) {
  const about = { variable, expects: `an integer from ${min} to ${max}`, standard: String(standard), meaning };
  return described(integer(min, max).default(standard), about);
}

/** Milliseconds. */
export function duration(variable: string, standardMs: number, meaning: string, min = 1) {
  return count(variable, standardMs, min, MAX_MS, meaning);
}

/** Bytes, as their number or with a unit: `67108864`, `64MiB`. */
export const bytes = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}([KMGT]iB)?$/)
    .transform((text) => Number.parseInt(text, 10) * (UNITS[text.slice(-3)] ?? 1))
    .pipe(z.int().min(min).max(max));

export const sizeFrom = (min: number, max: number) =>
  `an integer from ${min} to ${max}, or a size such as 64MiB in that range`;

export function size(variable: string, standard: number, min: number, max: number, meaning: string) {
  const about = { variable, expects: sizeFrom(min, max), standard: written(standard), meaning };
  return described(bytes(min, max).default(standard), about);
}

/** A size whose default is less where there is little memory: see memory-limits.ts. */
export function sizeByMemory(variable: string, standard: number, min: number, max: number, meaning: string) {
  const about = { variable, expects: sizeFrom(min, max), meaning };
  return described(bytes(min, max).default(standard), { ...about, standard: `${written(standard)}, or what fits` });
}

/** What `parse` makes of a text; what it throws is why the variable is wrong. */
export function readBy<T>(parse: (text: string) => T) {
  return z.string().transform((text, { addIssue }): T => {
    try {
      return parse(text);
    } catch (error) {
      addIssue(error instanceof Error ? error.message : 'it is none');
      return z.NEVER;
    }
  });
}

export function described<T extends z.ZodType>(schema: T, about: About): T {
  if (abouts.has(schema)) throw new Error(`${about.variable} and another variable are one schema`);
  abouts.add(schema, about);
  return schema;
}

export function aboutOf(schema: z.ZodType): About {
  const about = abouts.get(schema);
  if (about === undefined) throw new Error('a variable of which nothing is said');
  return about;
}

/** 67108864 → 64MiB, as far as it comes out even. */
export function written(bytes: number): string {
  const [unit, factor] = Object.entries(UNITS).findLast(([, factor]) => bytes % factor === 0) ?? ['', 1];
  return `${bytes / factor}${unit}`;
}
