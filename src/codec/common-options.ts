/** Options that the attention routes share. */
import { z } from 'zod';
import { option } from './option.ts';

const dropout = option(z.literal(0).optional(), '0', 'Only 0: the service computes exact attention, without dropout.');

/** What the numbers of a mask are; the name of its field with `_type`. */
export const maskType = (field: string) =>
  option(
    z.enum(['boolean', 'additive']).optional(),
    '"boolean" or "additive"',
    `What the numbers of ${field} are, where 0 and 1 could be either: booleans, or added to the scores. Not needed for true and false, nor for other numbers.`,
  );

export const commonOptions = {
  dropout_p: dropout,
  dropout,
  precision: option(
    z.enum(['float32', 'float64']).default('float32'),
    '"float32" or "float64"',
    'The precision of the computation. float64 runs the plain reference, much slower.',
  ),
  tensor_format: option(
    z.enum(['nested', 'flat', 'base64']).optional(),
    '"nested", "flat" or "base64"',
    'How tensors stand in a JSON answer; by default as query came.',
  ),
};
