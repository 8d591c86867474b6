/** POST /attention/diagnose, for the documentation. */
import { z } from 'zod';
import {
  diagnoseAttentionOptions,
  diagnoseAttentionTensors,
  diagnoseMultiHeadOptions,
  diagnoseMultiHeadTensors,
} from '../../codec/diagnose-options.ts';
import { asSent } from '../../codec/nulls.ts';
import { tensorBody } from './binary.ts';
import { problems, TENSORS } from './problems.ts';

const attention = asSent(z.strictObject({ ...diagnoseAttentionTensors, ...diagnoseAttentionOptions.shape })).meta({
  id: 'DiagnoseAttentionRequest',
  description: 'A request of POST /attention, and what your code gave for it.',
});
const multiHead = asSent(z.strictObject({ ...diagnoseMultiHeadTensors, ...diagnoseMultiHeadOptions.shape })).meta({
  id: 'DiagnoseMultiHeadRequest',
  description: 'A request of POST /attention/multi-head (it has num_heads), and what your code gave for it.',
});
const diagnoseRequest = z.union([attention, multiHead]).meta({ id: 'DiagnoseRequest' });

const index = z.int().min(0).optional();

const diagnoseQuery = z.strictObject({
  head: index.describe('Answer the patterns of this query head, too: the right one, and that of the first cause.'),
  batch: index.describe('Of which batch entry; by default 0.'),
});
export type DiagnoseQuery = z.output<typeof diagnoseQuery>;

const figure = z.number();
/** JSON has no number for what is not finite. */
const anyNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).meta({
  id: 'AnyNumber',
  description: 'A number; NaN and infinities are texts, as JSON has no numbers for them.',
});

const errorFigures = z
  .object({
    compared: z.int().describe('How many numbers were compared.'),
    beyond_tolerance: figure.describe('The share of numbers that are off by more than atol + rtol·|right|.'),
    max_absolute: figure,
    mean_absolute: figure,
    max_relative: figure.describe('Of numbers whose right value is not 0.'),
    mean_relative: figure,
    root_mean_square: figure,
    correlation: figure.nullable().describe("Pearson's; null where one side does not vary."),
    cosine: z.object({ min: figure, mean: figure }).nullable().describe('By row, of rows that are not all 0.'),
    nan: z.int().describe('Numbers that are NaN; they are in no figure above but the share.'),
    infinite: z.int().describe('Numbers that are infinite where the right ones are not.'),
  })
  .meta({ id: 'ErrorFigures', description: 'How far numbers are from the right ones.' });

const axisError = z
  .object({
    from: z.int(),
    to: z.int().describe('The end, which is not in it.'),
    root_mean_square: figure,
    max_absolute: figure,
    beyond_tolerance: figure,
  })
  .meta({ id: 'AxisError', description: 'Errors of a part of an axis.' });
const axisErrors = z
  .array(axisError)
  .meta({ id: 'AxisErrors', description: 'Errors along an axis, in at most 32 parts.' });
const range = z.object({ from: z.int(), to: z.int() }).meta({ id: 'IndexRange', description: 'The end is not in it.' });

const PLACES = [
  'none',
  'all',
  'batch',
  'heads',
  'rows_from',
  'rows',
  'last_rows_of_blocks',
  'rows_that_see_more',
  'padded_rows',
  'columns_from',
  'columns',
  'mixed',
  'scattered',
] as const;

const where = z
  .object({
    pattern: z.string().describe('In words.'),
    kind: z.enum(PLACES).describe('What tells the numbers that are off from the others; mixed: several of these.'),
    batch: z.array(z.int()).optional(),
    heads: z.array(z.int()).optional(),
    rows: range.optional(),
    columns: range.optional(),
    block: z.int().optional().describe('The last rows of each block of so many are off.'),
    last_rows: z.int().optional().describe('How many of them.'),
    keys: z.int().optional().describe('Rows that see more keys than that are off.'),
    worst: z
      .array(
        z.object({
          index: z.array(z.int()).length(4).describe('[batch, head, row, column].'),
          expected: anyNumber.describe('The number that your code gave.'),
          right: anyNumber,
        }),
      )
      .describe('The numbers that are farthest off, at most 8.'),
    by_batch: axisErrors,
    by_head: axisErrors,
    by_rows: axisErrors,
    by_columns: axisErrors,
    map: z
      .array(z.array(anyNumber))
      .describe(
        'Root mean squares: a list for each head of each batch entry (of multi-head for each batch entry), at most 16, with a number for each part of by_rows; "Infinity" where only NaN and infinities are off.',
      ),
  })
  .meta({ id: 'DiagnosisPlaces', description: 'Where numbers are off.' });

const cause = {
  names: z.array(z.string()).describe('A misunderstanding, or two or three together. The names are part of the API.'),
  sentence: z.string(),
  advice: z.string(),
  remaining: z
    .object({ root_mean_square: anyNumber, ratio: anyNumber })
    .describe('The error that remains with it, and its ratio to the error without.'),
  request: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Options with which the same tensors give your numbers; null where options cannot say it.'),
};

const causeSchema = z
  .object({
    ...cause,
    same_as: z.array(z.array(z.string())).describe('What cannot be told apart from it on these numbers.'),
  })
  .meta({ id: 'DiagnosisCause', description: 'What gives exactly the numbers that your code gave.' });
const closeSchema = z
  .object(cause)
  .meta({ id: 'CloseCause', description: 'What gives numbers that are closer to yours than the right ones.' });

export const diagnosisSchema = z
  .object({
    verdict: z.enum(['match', 'rounding', 'different']),
    summary: z.string(),
    rounding: z
      .object({
        kind: z.enum(['float32', 'tf32', 'float16', 'bfloat16']),
        ratio: figure.describe('The error beside what arithmetic of this kind explains.'),
      })
      .nullable(),
    tolerance: z.object({ dtype: z.string(), rtol: figure, atol: figure }),
    errors: z.record(z.string(), errorFigures).describe('Of output, and of weights, lse and scores where they came.'),
    where,
    causes: z
      .array(causeSchema)
      .describe('What explains the numbers to rounding, the best first; nothing simpler does.'),
    closest: z.array(closeSchema).describe('Where nothing explains the numbers: what comes closest.'),
    partly: z
      .object({ name: z.string(), sentence: z.string(), advice: z.string() })
      .meta({
        id: 'PartlyExplained',
        description: 'A misunderstanding that gives all rows that are off, and not the others.',
      })
      .nullable()
      .describe(
        'Where nothing explains all numbers: what gives those that are off, as in code that is wrong for some heads.',
      ),
    patterns: z
      .object({
        batch: z.int(),
        head: z.int(),
        right: z.array(z.array(figure)),
        yours: z
          .array(z.array(anyNumber))
          .nullable()
          .describe('By the first cause; null where there is none, or where it has no such weights.'),
      })
      .meta({ id: 'DiagnosisPatterns', description: 'The weights of a head, right and by the first cause.' })
      .optional()
      .describe('The weights of a head, [Lq, Lk], when `head` asks for them; of long ones the first rows and keys.'),
    meta: z
      .object({
        kernel: z.string(),
        reference: z.string().describe('What the numbers were compared with.'),
        rows: z.int(),
        rows_sampled: z.int().describe('Rows that everything was tried on.'),
        rows_confirmed: z.int().describe('Rows that the best explanations were tried on.'),
        tried: z.int().describe('How many explanations were tried.'),
        is_search_complete: z
          .boolean()
          .describe(
            'Whether all pairs were tried where nothing simpler explains the numbers; else `budget_ms` ended it.',
          ),
        shape: z.array(z.int()).describe('Of the answer.'),
      })
      .meta({ id: 'DiagnosisMeta', description: 'How it was found.' }),
  })
  .meta({ id: 'Diagnosis', description: 'Whether an output is right, where it is not, and why.' });

export const diagnoseRoute = {
  operationId: 'diagnose',
  summary: 'Why does my attention differ?',
  description:
    'Compares what your code gave with what is right, says where it differs, and which known misunderstanding gives exactly your numbers.',
  tags: ['attention'],
  querystring: diagnoseQuery,
  body: tensorBody(diagnoseRequest),
  response: {
    200: {
      description: 'The verdict, the place and the cause.',
      content: {
        'application/json': { schema: diagnosisSchema },
        'text/plain': { schema: z.string().describe("For a terminal, as a compiler's message.") },
        'image/svg+xml': { schema: z.string().describe('A map of the errors by head and rows.') },
      },
    },
    ...problems(
      'Diagnose',
      TENSORS.filter((code) => code !== 'too_many_steps' && code !== 'draining').concat('overflow'),
    ),
  },
};
