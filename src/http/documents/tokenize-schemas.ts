/** What the routes between text and tokens take and answer, for the documentation. */
import { z } from 'zod';
import { asSent } from '../../codec/nulls.ts';
import {
  decodeOptions,
  detokenizeOptions,
  teiOptions,
  tokenizeOptions,
  tokenizeTextsOptions,
  vllmDetokenizeOptions,
  vllmOptions,
} from '../../requests/tokens/tokenize-options.ts';
import { answered } from './answers.ts';
import { CALLED, problems, TOKENS } from './problems.ts';

const tags = ['tokens'];

const tokenSchema = z
  .object({
    id: z.int().nullable().describe('Its number in the vocabulary; null where the tokenizer has none.'),
    text: z.string().describe('What it spans; of a special token that stands for no text, its name.'),
    start: z.int().nullable().describe('UTF-16 code units from the start of the text; null where no place is known.'),
    end: z.int().nullable().describe('Where it ends, exclusive.'),
    byte_start: z.int().nullable().describe('The same in UTF-8 bytes.'),
    byte_end: z.int().nullable().describe('The same in UTF-8 bytes.'),
    special: z.boolean().describe('Whether it is a special token.'),
    partial: z
      .literal(true)
      .optional()
      .describe('It does not hold all of the characters that it spans, or not alone: its neighbors span them as well.'),
  })
  .meta({ id: 'Token', description: 'A piece of a text, and where it stands in it.' });

const chunkSchema = z
  .object({
    start: z.int().describe('UTF-16 code units from the start of the text.'),
    end: z.int().describe('Where it ends, exclusive.'),
    count: z.int().describe('Its tokens, without those around the text.'),
    text: z.string(),
  })
  .meta({ id: 'Chunk', description: 'A piece of a text with not more tokens than asked for.' });

const resultShape = {
  count: z.int().describe('How many tokens there are.'),
  truncated: z.literal(true).optional().describe('max_length has cut some off.'),
  tokens: z.array(tokenSchema),
  chunks: z.array(chunkSchema).optional().describe('When chunk was asked for.'),
};
const tokenizer = z.string().describe('The name of the tokenizer that was used.');

export const textTokensSchema = z
  .object({ tokenizer, ...resultShape })
  .meta({ id: 'TextTokens', description: 'For text.' });
export const textsTokensSchema = z
  .object({
    tokenizer,
    results: z.array(z.object(resultShape).meta({ id: 'TokensOfText', description: 'The tokens of one text.' })),
  })
  .meta({ id: 'TextsTokens', description: 'For texts.' });

const tokenizeAnswerSchema = z
  .xor([
    textTokensSchema,
    textsTokensSchema,
    z
      .object({
        count: z.int(),
        max_model_len: z.int().describe('The most tokens that the model of the tokenizer, or else a request, takes.'),
        tokens: z.array(z.int().nullable()),
        token_strs: z.array(z.string()).optional(),
      })
      .meta({ id: 'VllmTokens', description: 'For prompt, as vLLM answers.' }),
    z
      .array(
        z.array(
          z
            .object({
              id: z.int().nullable(),
              text: z.string(),
              special: z.boolean(),
              start: z.int().nullable().describe('UTF-8 bytes from the start of the text.'),
              stop: z.int().nullable(),
            })
            .meta({ id: 'TeiToken' }),
        ),
      )
      .meta({ id: 'TeiTokens', description: 'For inputs, as text-embeddings-inference answers.' }),
  ])
  .meta({ id: 'TokenizeAnswer', description: 'In the shape of the request: the field of the text decides it.' });

const tokenizeRequestSchema = z
  .xor([
    asSent(tokenizeOptions).meta({ id: 'TokenizeText', description: 'Our own shape, with one text.' }),
    asSent(tokenizeTextsOptions).meta({ id: 'TokenizeTexts', description: 'Our own shape, with several texts.' }),
    asSent(vllmOptions).meta({ id: 'TokenizePrompt', description: 'The shape of vLLM.' }),
    asSent(teiOptions).meta({ id: 'TokenizeInputs', description: 'The shape of text-embeddings-inference.' }),
  ])
  .meta({ id: 'TokenizeRequest', description: 'A text, and how it is to be cut into tokens.' });

export const tokenizeRoute = {
  operationId: 'tokenize',
  summary: 'Text to tokens, with places',
  description:
    'Lone surrogates are read as U+FFFD, as tiktoken does. Special tokens in a text are plain text unless allowed_special names them; with allowed_special [] all tokens that a file adds to its vocabulary are, also those that it does not flag special.',
  tags,
  body: tokenizeRequestSchema,
  response: { 200: answered('The tokens.', tokenizeAnswerSchema), ...problems('Tokenize', TOKENS) },
};

export const detokenizedSchema = z
  .object({ text: z.string() })
  .meta({ id: 'DetokenizedText', description: 'For ids.' });
const detokenizeAnswerSchema = z
  .xor([
    detokenizedSchema,
    z.object({ prompt: z.string() }).meta({ id: 'DetokenizedPrompt', description: 'For tokens, as vLLM.' }),
  ])
  .meta({ id: 'DetokenizeAnswer', description: 'The text, in the shape of the request.' });

const detokenizeRequestSchema = z
  .xor([
    asSent(detokenizeOptions).meta({ id: 'DetokenizeIds', description: 'Our own shape.' }),
    asSent(vllmDetokenizeOptions).meta({ id: 'DetokenizeTokens', description: 'The shape of vLLM.' }),
  ])
  .meta({ id: 'DetokenizeRequest', description: 'The tokens of a text by their ids.' });

export const detokenizeRoute = {
  operationId: 'detokenize',
  summary: 'Tokens to text',
  description: 'Bytes that are not UTF-8, as where tokens were cut within a character, become U+FFFD.',
  tags,
  body: detokenizeRequestSchema,
  response: { 200: answered('The text.', detokenizeAnswerSchema), ...problems('Detokenize', TOKENS) },
};

export const decodeRoute = {
  operationId: 'decode',
  summary: 'Tokens to text, as text-embeddings-inference',
  tags,
  body: asSent(decodeOptions).meta({
    id: 'DecodeRequest',
    description: 'The ids of the tokens of one text, or of several.',
  }),
  response: { 200: answered('A text for each list of ids.', z.array(z.string())), ...problems('Decode', TOKENS) },
};

const ids = z.array(z.int());

const specialToken = z.object({ id: z.int(), text: z.string() }).meta({ id: 'SpecialToken' });

const tokenizerEntrySchema = z
  .object({
    name: z.string(),
    aliases: z.array(z.string()).describe('Other names that it answers to.'),
    kind: z.enum(['words', 'BPE', 'WordPiece', 'Unigram', 'WordLevel']),
    vocabulary_size: z.int().nullable().describe('Ids are below this; null where tokens have none.'),
    reversible: z
      .boolean()
      .describe('Whether /detokenize gives back every text of /tokenize as it was, whatever allowed_special says.'),
    special_tokens: z
      .array(specialToken)
      .describe('Plain text where a text has them, unless allowed_special says otherwise.'),
    unflagged_tokens: z
      .array(specialToken)
      .describe(
        'Tokens that a file adds to its vocabulary without calling them special, control tokens among them in some: found in a text, unless allowed_special is a list without them.',
      ),
    prefix: ids.describe('The tokens that add_special_tokens puts before a text.'),
    suffix: ids.describe('Those that it puts behind it.'),
    max_tokens: z.int().nullable().describe('The most tokens that its model takes, if it says so.'),
  })
  .meta({ id: 'Tokenizer', description: 'A tokenizer, and what it can do.' });
export type TokenizerEntry = z.infer<typeof tokenizerEntrySchema>;

export const tokenizersSchema = z
  .object({ tokenizers: z.array(tokenizerEntrySchema) })
  .meta({ id: 'TokenizerList', description: 'All tokenizers.' });

export const tokenizersRoute = {
  operationId: 'listTokenizers',
  summary: 'The tokenizers that there are',
  tags,
  response: {
    200: answered('All of them.', tokenizersSchema),
    ...problems('ListTokenizers', [...CALLED, 'not_ready']),
  },
};
