import { z } from 'zod';

/** A tokenizer.json with its tokenizer_config.json, as bytes in memory that all threads share. */
export interface TokenizerFile {
  name: string;
  tokenizer: Uint8Array;
  config: Uint8Array | undefined;
}

const addedToken = z.looseObject({
  id: z.int().min(0),
  content: z.string().min(1),
  special: z.boolean().default(false),
});

const component = z.looseObject({ type: z.string() }).nullish();

/** What has to be in a tokenizer.json; the package that runs it reads the rest. */
const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedToken).default([]),
  normalizer: component,
  pre_tokenizer: component,
  post_processor: component,
  decoder: component,
  model: z.looseObject({
    type: z.enum(['BPE', 'WordPiece', 'Unigram']).optional(),
    vocab: z.union([z.record(z.string(), z.int()), z.array(z.tuple([z.string(), z.number()]))]),
    unk_token: z.string().nullish(),
    unk_id: z.int().nullish(),
    byte_fallback: z.boolean().nullish(),
    continuing_subword_prefix: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
  }),
});
export type TokenizerJson = z.output<typeof tokenizerSchema>;

const configSchema = z.looseObject({ model_max_length: z.number().nullish() });
export type TokenizerConfig = z.output<typeof configSchema>;

/**
 * A tokenizer.json and its tokenizer_config.json.
 * @throws Error that says what is wrong
 */
export function readTokenizerFile(file: TokenizerFile): { json: TokenizerJson; config: TokenizerConfig } {
  return {
    json: parsed(tokenizerSchema, file.tokenizer, 'tokenizer.json'),
    config: file.config === undefined ? {} : parsed(configSchema, file.config, 'tokenizer_config.json'),
  };
}

function parsed<S extends z.ZodType>(schema: S, bytes: Uint8Array, what: string): z.output<S> {
  const read = schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))));
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0];
  throw new Error(`its ${what} is not one: ${path.join('.')}: ${message}`);
}
