/** Query parameters are text: what a schema makes of it, and what it asks for in words. */
import { z } from 'zod';

/** The inner schema of a parameter that may be left out. */
function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema;
}

const FLAGS: Partial<Record<string, boolean>> = { '1': true, true: true, '0': false, false: false };

/** The value that a text stands for where a schema is expected; a text that stands for none is left as it is. */
export function meantBy(text: string, expected: unknown): unknown {
  const schema = unwrapped(expected);
  if (schema instanceof z.ZodBoolean) return FLAGS[text] ?? text;
  if (schema instanceof z.ZodNumber) return /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (schema instanceof z.ZodArray) return text.split(',').map((item) => meantBy(item, schema.element));
  return text;
}

/** Whether a parameter takes several values, which some clients send as several parameters of one name. */
export function isList(expected: unknown): boolean {
  return unwrapped(expected) instanceof z.ZodArray;
}

/** The end of the sentence "… must be". */
export function inWords(expected: unknown): string {
  const schema = unwrapped(expected);
  if (schema instanceof z.ZodBoolean) return '1 or 0';
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(', ')}`;
  if (schema instanceof z.ZodNumber) return `a whole number${rangeOf(schema)}`;
  if (!(schema instanceof z.ZodArray)) return 'a text';
  const { element } = schema;
  const items = element instanceof z.ZodEnum ? `some of ${element.options.join(', ')}` : 'whole numbers';
  return `${items}${rangeOf(element)}, with commas between`;
}

function rangeOf(schema: unknown): string {
  if (!(schema instanceof z.ZodNumber)) return '';
  const { minValue, maxValue } = schema;
  return maxValue === null || maxValue === Number.MAX_SAFE_INTEGER
    ? ` from ${minValue}`
    : ` from ${minValue} to ${maxValue}`;
}
