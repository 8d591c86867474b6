/** The forms of tensors in JSON, for the documentation. Every form has a name, so that generators make one type of each. */
import { z } from 'zod';
import {
  FINITE,
  GIVEN,
  GIVEN_LOGITS,
  LOGITS,
  MASK,
  PADDED_MASK,
  ROWS,
  type TensorFields,
  type TensorKind,
} from './tensor-request.ts';

/** JSON has no number for what is not finite. */
export const extended = z.union([z.number(), z.literal('-Infinity')]).meta({
  id: 'ExtendedNumber',
  description: 'A number; −∞ is a text, as JSON has no number for it.',
});
const maskElement = z.union([z.boolean(), z.number(), z.literal('-Infinity')]).meta({
  id: 'MaskElement',
  description: 'In a mask of one kind only: a boolean, or a number (or −∞) that is added to a score.',
});

/** Nested arrays of `leaf` of rank 1 to 4, each under its name. */
function nested<T extends z.ZodType>(leaf: T, [rank1, rank2, rank3, rank4]: readonly [string, string, string, string]) {
  const vector = z.array(leaf).min(1).meta({ id: rank1, description: 'Rank 1.' });
  const matrix = z.array(vector).min(1).meta({ id: rank2, description: 'Rank 2, row by row.' });
  const heads = z.array(matrix).min(1).meta({ id: rank3, description: 'Rank 3: a matrix for each head.' });
  const batch = z.array(heads).min(1).meta({ id: rank4, description: 'Rank 4: a batch of those.' });
  return { vector, matrix, heads, batch };
}
export const numberLists = nested(z.number(), ['Vector', 'Matrix', 'Tensor3', 'Tensor4']);
const maskLists = nested(maskElement, ['MaskVector', 'MaskMatrix', 'MaskTensor3', 'MaskTensor4']);
export const scoreLists = nested(extended, ['ExtendedVector', 'ExtendedMatrix', 'ExtendedTensor3', 'ExtendedTensor4']);

export const shape = z
  .array(z.int().min(0))
  .min(1)
  .max(4)
  .describe('The dimensions; their product is the number of elements.');
export const base64 = z
  .string()
  .meta({ contentEncoding: 'base64', description: 'The elements in row-major order, little-endian (RFC 4648).' });
const NUMBERS = ['float32', 'float64', 'float16', 'bfloat16', 'F32', 'F64', 'F16', 'BF16'] as const;
const dtype = z
  .enum(NUMBERS)
  .meta({ id: 'Dtype', description: 'What numbers are, as PyTorch or safetensors name it.' });
const listed = dtype.nullish().describe('Listed numbers are read in the precision of the request.');
const unsaid = dtype.nullable().default('float32');
// BOOL is taken as well; generators of enums would make the same name of both.
const maskDtype = z
  .enum([...NUMBERS, 'bool'])
  .meta({ id: 'MaskDtype', description: 'What the elements of a mask are.' });

/** A tensor of numbers in a request. */
export const tensorSchema = z
  .union([
    ...Object.values(numberLists),
    z
      .strictObject({ shape, dtype: listed, data: numberLists.vector })
      .meta({ id: 'FlatTensor', description: 'The elements in row-major order, and their shape.' }),
    z
      .strictObject({ shape, dtype: unsaid, data: base64 })
      .meta({ id: 'Base64Tensor', description: 'The bytes of the elements, and their shape.' }),
  ])
  .meta({
    id: 'Tensor',
    description:
      'Nested arrays of rank 1 to 4, row by row; or shape and data, with data as a flat list in row-major order or as base64. All numbers that are read are finite.',
  });

/** A tensor that masks: boolean, or added to the scores. */
export const maskSchema = z
  .union([
    ...Object.values(maskLists),
    z
      .strictObject({ shape, dtype: maskDtype.nullish(), data: maskLists.vector })
      .meta({ id: 'FlatMask', description: 'The elements in row-major order, and their shape.' }),
    z
      .strictObject({ shape, dtype: maskDtype.nullable().default('float32'), data: base64 })
      .meta({ id: 'Base64Mask', description: 'The bytes of the elements, and their shape.' }),
  ])
  .meta({
    id: 'MaskTensor',
    description: 'A tensor of booleans, or of numbers that are added to the scores; "-Infinity" hides a key.',
  });

const logit = z.union([z.number(), z.literal('-Infinity')]).meta({ id: 'Logit', description: '−∞ is a text.' });
const logitVector = z.array(logit).min(1).meta({ id: 'LogitVector', description: 'One for each query head.' });

/** A number or a list of numbers that enter a softmax. */
const logitsSchema = z
  .union([
    logit,
    logitVector,
    z
      .strictObject({ shape, dtype: listed, data: logitVector })
      .meta({ id: 'FlatLogits', description: 'The numbers as a flat list, and their shape.' }),
    z
      .strictObject({ shape, dtype: unsaid, data: base64 })
      .meta({ id: 'Base64Logits', description: 'The bytes of the numbers, and their shape.' }),
  ])
  .meta({ id: 'Logits', description: 'One number, or a list of one or more; "-Infinity" is none.' });

/** What the tensors of requests may hold, by the schemas that `numbers` and the others made. */
const kinds = z.registry<{ kind: TensorKind }>();

function field<T extends z.ZodType>(schema: T, kind: TensorKind, about: string): T {
  const described = schema.describe(about);
  kinds.add(described, { kind });
  return described;
}

/** A tensor of finite numbers that a request must have. */
export const numbers = (about: string) => field(tensorSchema, FINITE, about);
/** A tensor of finite numbers that a request may have. */
export const optionalNumbers = (about: string) => field(tensorSchema.optional(), FINITE, about);
/** The same, of which only the rows that are read must be finite. */
export const rows = (about: string) => field(tensorSchema, ROWS, about);
export const optionalRows = (about: string) => field(tensorSchema.optional(), ROWS, about);
/** A mask that a request may have. */
export const optionalMask = (about: string) => field(maskSchema.optional(), MASK, about);
/** The same, of which only what is read must be one. */
export const optionalPaddedMask = (about: string) => field(maskSchema.optional(), PADDED_MASK, about);

/** Logits that a request may have. */
export const optionalLogits = (about: string) => field(logitsSchema.optional(), LOGITS, about);

/** What the caller's own code gave, which may hold anything. */
export const given = (about: string) => field(tensorSchema, GIVEN, about);
export const optionalGiven = (about: string) => field(tensorSchema.optional(), GIVEN, about);
/** The same, in which −∞ may stand in JSON, too. */
export const optionalGivenLogits = (about: string) => field(maskSchema.optional(), GIVEN_LOGITS, about);

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
