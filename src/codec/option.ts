/** What an option carries beside its schema: one sentence for its errors and one for the documentation. */
import { z } from 'zod';

/** What an option must be, as the end of the sentence "… must be". */
const expectations = z.registry<{ expects: string }>();

/** An option with what it must be, for errors, and what it does, for the documentation. */
export function option<T extends z.ZodType>(schema: T, expects: string, about: string): T {
  return expecting(schema.meta({ description: about }), expects);
}

/** A field with what it must be, for errors. What is made of it, as by `optional`, is another field. */
export function expecting<T extends z.ZodType>(schema: T, expects: string): T {
  expectations.add(schema, { expects });
  return schema;
}

/**
 * A list that is checked in one loop, up to its first odd item. zod's own array copies the list and makes an issue of
 * each odd item, and a body may have millions. `items` describes them in JSON Schema.
 */
export function listOf<T>(
  isItem: (item: unknown) => item is T,
  items: Record<string, unknown>,
  maxItems?: number,
): z.ZodType<T[], T[]> {
  const list = z.any().check(({ value, issues }) => {
    const isList = Array.isArray(value);
    const odd = isList ? value.findIndex((item, index) => !isItem(item) || index === maxItems) : 0;
    if (odd >= 0) issues.push({ code: 'custom', input: undefined, path: isList ? [odd] : [] });
  });
  return list.meta({ type: 'array', items, ...(maxItems !== undefined && { maxItems }) });
}

/** The end of the sentence "… must be" for a field that was made by `option` or `expecting`. */
export function expectationOf(member: unknown): string | undefined {
  return member instanceof z.ZodType ? expectations.get(member)?.expects : undefined;
}
