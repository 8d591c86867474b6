/** What GET /examples and GET /examples/{name} take and answer, for the documentation. */
import { z } from 'zod';
import { attentionAnswerSchema, attentionRequestSchema } from '../../codec/schemas.ts';
import { answered } from './answers.ts';
import { CALLED, problems } from './problems.ts';
import { textAnswerSchema, textRequestSchema } from './text-schemas.ts';

const exampleQuery = z.strictObject({
  format: z
    .enum(['json', 'text', 'svg'])
    .optional()
    .describe('The format of the answer, for browsers; it wins over Accept.'),
  request: z
    .string()
    .optional()
    .describe(
      'In a picture, which request of the example is drawn. By default the first, beside all that have the same rows and columns.',
    ),
});
export type ExampleQuery = z.output<typeof exampleQuery>;

const link = z.string().describe('A path of this server.');

const linksSchema = z.object({ self: link, text: link, svg: link }).meta({ id: 'ExampleLinks' });

export const exampleListSchema = z
  .object({
    examples: z.array(
      z.object({ name: z.string(), title: z.string(), links: linksSchema }).meta({ id: 'ExampleEntry' }),
    ),
  })
  .meta({ id: 'ExampleList', description: 'All examples.' });

const sideSchema = z
  .object({
    request: z.string().optional().describe('Whose answer was read, or "sequential"; absent when it is arithmetic.'),
    pointer: z.string().optional().describe('Where in the answer, as a JSON pointer.'),
    values: z.array(z.number()),
  })
  .meta({ id: 'ComparisonSide', description: 'Numbers that are compared.' });

const oneWaySchema = z
  .object({
    reach: z.number().describe('The factor of the first word in what the second reads.'),
    dependent_steps: z.int().describe('Steps of which each waits for the one before.'),
    multiplications: z.int(),
    ms: z.number().describe('Wall time on one thread, measured for this answer: the median of a few runs.'),
  })
  .meta({ id: 'OneWay', description: 'How one way of reading gets from a word to another.' });

const wordSchema = z.object({ index: z.int(), text: z.string() }).meta({ id: 'WordPlace' });

const requestLinks = z.object({ svg: link });

const requestSchema = z
  .discriminatedUnion('path', [
    z
      .object({
        name: z.string(),
        method: z.literal('POST'),
        path: z.literal('/attention'),
        body: attentionRequestSchema.describe('The body, to be sent as it is.'),
        answer: attentionAnswerSchema.describe('What the route answers to it, computed now.'),
        links: requestLinks,
      })
      .meta({ id: 'TensorExampleRequest', description: 'A request over tensors.' }),
    z
      .object({
        name: z.string(),
        method: z.literal('POST'),
        path: z.literal('/attention/text'),
        body: textRequestSchema.describe('The body, to be sent as it is.'),
        answer: textAnswerSchema.describe('What the route answers to it, computed now.'),
        links: requestLinks,
      })
      .meta({ id: 'TextExampleRequest', description: 'A request over text.' }),
  ])
  .meta({ id: 'ExampleRequest', description: 'A request of an example, with its answer.' });

export const exampleSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    look_at: z.string().describe('What to look at in the answers.'),
    requests: z.array(requestSchema),
    comparisons: z
      .array(
        z
          .object({
            says: z.string(),
            left: sideSchema,
            relation: z.enum(['equals', 'differs from', 'is greater than']),
            right: sideSchema,
            holds: z.boolean().describe('Whether the numbers say so. With another table of word vectors they may not.'),
          })
          .meta({ id: 'Comparison' }),
      )
      .describe('What the numbers say.'),
    sequential: z
      .object({
        rule: z.string().describe('How the sequential reader reads.'),
        decay: z.number(),
        readings: z.array(
          z
            .object({
              request: z.string(),
              from: wordSchema,
              to: wordSchema,
              distance: z.int(),
              attention: oneWaySchema,
              sequential: oneWaySchema,
              words: z
                .array(
                  wordSchema
                    .extend({ distance: z.int(), attention: z.number(), sequential: z.number() })
                    .meta({ id: 'WordReach' }),
                )
                .describe('What reaches the second word from each, by both.'),
            })
            .meta({ id: 'Reading' }),
        ),
      })
      .optional()
      .describe('The same texts read word by word, beside attention.'),
    links: linksSchema,
  })
  .meta({ id: 'WorkedExample', description: 'Requests, their answers, and what these show.' });

export const exampleListRoute = {
  operationId: 'listExamples',
  summary: 'The lesson, part by part',
  description: 'Examples of what attention is and is not: real requests, with what to look at in their answers.',
  tags: ['examples'],
  response: { 200: answered('All examples.', exampleListSchema), ...problems('ListExamples', CALLED) },
};

export const exampleRoute = {
  operationId: 'getExample',
  summary: 'One part of the lesson, answered now',
  description:
    'All requests of the example with the answers that their routes give, computed as any request is; as text for a terminal, and as a heat map, too.',
  tags: ['examples'],
  params: z.object({
    name: z.string().meta({ description: 'As GET /examples lists it.', examples: ['library-search'] }),
  }),
  querystring: exampleQuery,
  response: {
    200: answered('The example with its answers.', exampleSchema, {
      text: 'It as lines for a terminal.',
      svg: 'It as a heat map.',
    }),
    ...problems('GetExample', [
      ...CALLED,
      'invalid_option',
      'not_found',
      'not_acceptable',
      'not_ready',
      'saturated',
      'worker_died',
      'deadline_exceeded',
    ]),
  },
};
