/** null is PyTorch's None: each field that may be left out may be null as well, which is the same. */
import { z } from 'zod';

/** A field that may be left out, of which null says so; any other as it is. */
type OrNull<T> =
  T extends z.ZodOptional<infer Inner extends z.ZodType>
    ? z.ZodOptional<z.ZodNullable<Inner>>
    : T extends z.ZodDefault<infer Inner extends z.ZodType>
      ? z.ZodDefault<z.ZodNullable<Inner>>
      : T;
type Sent<Shape extends z.ZodRawShape> = { [Name in keyof Shape]: OrNull<Shape[Name]> };

/** What may be sent where an object is read by `Schema`. */
export type SentAs<Schema extends z.ZodObject> = z.input<z.ZodObject<Sent<Schema['shape']>, z.core.$strict>>;

/** A request as it may be sent, for the documentation; whoever reads one drops nulls first. */
export function asSent<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
): z.ZodObject<Sent<Shape>, z.core.$strict>;
export function asSent({ shape }: z.ZodObject): z.ZodObject {
  return z.strictObject(Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, orNull(field)])));
}

function orNull(schema: z.core.$ZodType): z.core.$ZodType {
  if (!(schema instanceof z.ZodType) || takesNull(schema)) return schema;
  const about = schema.meta() ?? {};
  if (schema instanceof z.ZodOptional) return z.nullable(schema.unwrap()).optional().meta(about);
  if (schema instanceof z.ZodDefault) return z.nullable(schema.unwrap()).default(schema.def.defaultValue).meta(about);
  return schema;
}

/** Members without those that are null, but where null is a value of its own; at any depth. */
export function withoutNulls(
  members: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // A name that is none stays, to be refused.
  const isGiven = (name: string, value: unknown) =>
    value !== null || !Object.hasOwn(shape, name) || takesNull(shape[name]);
  const given = Object.entries(members).filter(([name, value]) => isGiven(name, value));
  return Object.fromEntries(given.map(([name, value]) => [name, withoutInnerNulls(value, shape[name])]));
}

function takesNull(schema: unknown): boolean {
  return schema instanceof z.ZodType && schema.safeParse(null).success;
}

function withoutInnerNulls(value: unknown, schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return withoutInnerNulls(value, schema.unwrap());
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && schema instanceof z.ZodObject ? withoutNulls({ ...value }, schema.shape) : value;
}
