/** What POST /attention/text takes and answers, for the documentation. */
import { z } from 'zod';
import { matrixAnswerSchema, scoreMatrixAnswerSchema, vectorAnswerSchema } from '../../codec/answer-schemas.ts';
import { asSent } from '../../codec/nulls.ts';
import { textOptions } from '../../requests/words/text-options.ts';
import { LANGUAGES } from '../../text/code/language.ts';
import { LINK_KINDS } from '../../text/code/link.ts';
import { HEAD_NAMES } from '../../text/heads/heads.ts';
import { answered, runStarted } from './answers.ts';
import { problems, WORDS } from './problems.ts';
import { streamQuery } from './query-schemas.ts';

const tokenSchema = z
  .object({
    index: z.int().describe('Its number, from 0.'),
    id: z.int().optional().describe('Its number in the vocabulary of the tokenizer, when that has one.'),
    text: z.string(),
    start: z.int().nullable().describe('Where it starts, in UTF-16 code units.'),
    end: z.int().nullable().describe('Where it ends, exclusive.'),
    known: z.boolean().describe('Whether there is a vector for this word.'),
    vector: z
      .enum(['table', 'given', 'dictionary', 'relatives', 'none'])
      .describe(
        'Where the vector comes from: the table; yours; another word that the example table puts it at; known words that begin and end as it does; or nowhere.',
      ),
    relatives: z.array(z.string()).optional().describe('The known words that an unknown one was made like.'),
  })
  .meta({ id: 'TextToken', description: 'A token of a text, and where its vector comes from.' });

const headName = z.enum(HEAD_NAMES).meta({ id: 'HeadName' });

const statsSchema = z
  .object({
    entropy: vectorAnswerSchema.describe('Entropy of the weights of each token, in nats.'),
    effective_keys: vectorAnswerSchema.describe('exp(entropy): over how many tokens it spreads.'),
    max_weight: vectorAnswerSchema.describe('Its largest weight.'),
    max_key: vectorAnswerSchema.describe('The token that has it; −1 for one that sees nothing.'),
    mean_distance: vectorAnswerSchema.describe('The mean of |i − j| under its weights, in tokens.'),
  })
  .meta({ id: 'TokenStatistics', description: 'Statistics of each token.' });

const matrix = (about: string) => matrixAnswerSchema.optional().describe(`${about}, [Lq, Lk].`);

const headSchema = z
  .object({
    name: headName,
    built_from: z.string().describe('What its queries and keys are. All heads are constructed, none is learned.'),
    head_dim: z.int().describe('Numbers of a query and a key.'),
    scale: z.number().describe('The factor of q·k: 1 / temperature.'),
    links: z
      .array(
        z.object({
          token: z.int(),
          looks_at: z.int(),
          kind: z.enum(LINK_KINDS),
        }),
      )
      .optional()
      .describe('What the parser found, for syntax-code.'),
    weights: matrix('Its weights'),
    scores: matrix('q·k / temperature'),
    masked_scores: scoreMatrixAnswerSchema.optional().describe('What the softmax reads, [Lq, Lk].'),
    output: matrixAnswerSchema.optional().describe('The mean of the word vectors by weight, [Lq, dims].'),
    stats: statsSchema.optional(),
  })
  .meta({ id: 'TextHead', description: 'A head, and what it looks at.' });

const ranked = { index: z.int(), text: z.string() };

const focusSchema = z
  .object({
    text: z.string(),
    index: z.int(),
    looks_at: z
      .array(z.object({ ...ranked, weight: z.number() }).meta({ id: 'RankedToken' }))
      .describe('All tokens that it may see, by the mean over heads, most first.'),
    heads: z.array(
      z
        .object({
          name: headName,
          max: z.number().describe('The largest scaled score of the token; 0 when it sees nothing.'),
          sum: z.number().describe('The sum of e^(scaled − max).'),
          looks_at: z.array(
            z
              .object({
                ...ranked,
                score: z.number().describe('Step 1: q·k, less what ALiBi takes off.'),
                scaled: z.number().describe('Step 2: score / temperature.'),
                weight: z.number().describe('Step 3: e^(scaled − max) / sum.'),
              })
              .meta({ id: 'WorkedToken', description: 'What one head makes of a token that is looked at.' }),
          ),
        })
        .meta({ id: 'FocusHead', description: 'The attention of one token in one head.' }),
    ),
  })
  .meta({ id: 'Focus', description: 'The attention of one token, worked out.' });

export const textAnswerSchema = z
  .object({
    tokens: z.array(tokenSchema).describe('The tokens that look.'),
    context_tokens: z.array(tokenSchema).optional().describe('The tokens that are looked at, of the context.'),
    weights: matrix('The mean of the weights over heads'),
    heads: z.array(headSchema),
    stats: statsSchema.optional(),
    focus: focusSchema.optional(),
    meta: z
      .object({
        kernel: z.string(),
        preset: z.enum(['encoder', 'decoder', 'cross']).describe('What the options amount to.'),
        tokenizer: z.string(),
        language: z
          .enum(LANGUAGES)
          .optional()
          .describe('The language that code was read in, as it was given or guessed.'),
        vectors: z.string(),
        positions: z.string(),
        temperature: z.number(),
        is_causal: z.boolean(),
        exclude_self: z.boolean(),
        shape: z.array(z.int()).length(3).describe('[heads, Lq, Lk].'),
      })
      .meta({ id: 'TextMeta', description: 'How it was computed.' }),
  })
  .meta({ id: 'TextAnswer', description: 'Who looks at whom.' });

export const textRequestSchema = asSent(textOptions).meta({
  id: 'TextRequest',
  description: 'A text, perhaps a second one to look at, and the heads.',
});

export const textRoute = {
  operationId: 'textAttention',
  summary: 'Attention between words',
  description:
    'Text becomes tokens, tokens become word vectors (real ones, of GloVe), and constructed heads let them look at each other: softmax(q·k / temperature), by the same core as POST /attention.',
  tags: ['attention'],
  querystring: streamQuery,
  body: textRequestSchema,
  response: {
    200: answered('Who looks at whom.', textAnswerSchema, {
      text: 'For a terminal, in UTF-8: a table with bars of the mean over heads and of each head, as far as `outputs` asks for `weights` and `heads`; of a `focus`, what it looks at and the arithmetic of the three steps.',
      svg: 'A heat map, in UTF-8: of the head, or of all heads side by side; of their mean when `outputs` asks for `weights` and not for `heads`; the row of `focus` is marked.',
    }),
    201: runStarted,
    ...problems('TextAttention', WORDS),
  },
};
