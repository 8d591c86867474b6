/** What tensors look like in JSON, for the documentation: the readers in this room check them faster than zod can. */
import { z } from 'zod';
import type { TensorFields } from './tensor-request.ts';

const MINUS_INFINITY = z.literal('-Infinity');

function nested<T extends z.ZodType>(leaf: T) {
  const rank1 = z.array(leaf).min(1);
  const rank2 = z.array(rank1).min(1);
  const rank3 = z.array(rank2).min(1);
  return z.union([rank1, rank2, rank3, z.array(rank3).min(1)]);
}

const shape = z
  .array(z.int().min(1))
  .min(1)
  .max(4)
  .describe('The dimensions; their product is the number of elements.');
const base64 = z.string().describe('Base64 (RFC 4648) of the elements in row-major order, little-endian.');
const floatDtype = z
  .enum(['float32', 'float64', 'float16', 'bfloat16', 'F32', 'F64', 'F16', 'BF16'])
  .default('float32')
  .describe('How base64 is to be read; numbers in a list are read in the precision of the request.');

/** A tensor of numbers in a request. */
export const tensorSchema = z
  .union([
    nested(z.number()),
    z.strictObject({ shape, dtype: floatDtype.optional(), data: z.union([z.array(z.number()), base64]) }),
  ])
  .meta({
    id: 'Tensor',
    description:
      'Nested arrays of rank 1 to 4, row by row; or shape and data, with data as a flat list in row-major order or as base64. All numbers are finite.',
  });

/** A tensor that masks: boolean, or added to the scores. */
export const maskSchema = z
  .union([
    nested(z.boolean()),
    nested(z.union([z.number(), MINUS_INFINITY])),
    z.strictObject({
      shape,
      dtype: z.enum([...floatDtype.unwrap().options, 'bool', 'BOOL']).optional(),
      data: z.union([z.array(z.boolean()), z.array(z.union([z.number(), MINUS_INFINITY])), base64]),
    }),
  ])
  .meta({
    id: 'MaskTensor',
    description: 'A tensor of booleans, or of numbers that are added to the scores; "-Infinity" hides a key.',
  });

/** Scores of finite numbers can leave the range of float32. */
const answerNumber = z.union([z.number(), MINUS_INFINITY, z.literal('Infinity')]);

/** A tensor of an answer. */
export const answerTensorSchema = z
  .union([
    answerNumber,
    nested(answerNumber),
    z.strictObject({
      shape,
      dtype: z.enum(['float32', 'float64']),
      data: z.union([z.array(answerNumber), base64]),
    }),
  ])
  .meta({
    id: 'AnswerTensor',
    description:
      'In the form of query, unless tensor_format asks for another. ±∞ is the text "Infinity" or "-Infinity".',
  });

/** What the tensors of requests may hold, by the schemas that `numbers` and the others made. */
const kinds = z.registry<{ kind: TensorFields[string] }>();

function field<T extends z.ZodType>(schema: T, kind: TensorFields[string], about: string): T {
  const described = schema.describe(about);
  kinds.add(described, { kind });
  return described;
}

/** A tensor of finite numbers that a request must have. */
export const numbers = (about: string) => field(tensorSchema, 'numbers', about);
/** A tensor of finite numbers that a request may have. */
export const optionalNumbers = (about: string) => field(tensorSchema.optional(), 'numbers', about);
/** A mask that a request may have. */
export const optionalMask = (about: string) => field(maskSchema.optional(), 'mask', about);

/** How the readers are to take the tensors of a route. */
export function fieldsOf(tensors: Readonly<Record<string, z.ZodType>>): TensorFields {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, schema]) => {
      const registered = kinds.get(schema);
      if (registered === undefined) throw new Error(`${name} is no tensor`);
      return [name, registered.kind];
    }),
  );
}
