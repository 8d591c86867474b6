/** What is read of a tokenizer.json at the start: its shape, so that a wrong file is known before anybody asks for it. */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { TokenizerKind } from '../tokenize/tokenizer.ts';
import { readOutline, type VocabularyOutline } from './outline.ts';

/** A tokenizer.json with its tokenizer_config.json, by their paths. */
export interface TokenizerFile {
  name: string;
  path: string;
  configPath: string | undefined;
  /** Size and time of change at the start: the file is read again when it is first used. */
  bytes: number;
  modifiedMs: number;
}

/** What is known of a file without its vocabulary. */
export interface TokenizerShape {
  kind: TokenizerKind;
  json: TokenizerJson;
  vocabulary: VocabularyOutline;
  config: TokenizerConfig;
}

/** What is wrong with a file; the message begins with its name. */
export class WrongTokenizerError extends Error {}

/** The tokenizers of large vocabularies have some 30 MB. */
const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_CONFIG_BYTES = 4 * 2 ** 20;

const addedToken = z.looseObject({
  id: z.int().min(0),
  content: z.string().min(1),
  special: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
});
export type AddedToken = z.output<typeof addedToken>;

const component = z.looseObject({ type: z.string() }).nullish();

/** The library judges the components; here it is only told that there are some. */
const tokenizerSchema = z.looseObject({
  added_tokens: z
    .array(addedToken)
    .nullish()
    .transform((tokens) => tokens ?? []),
  normalizer: component,
  pre_tokenizer: component,
  post_processor: component,
  decoder: component,
  model: z.looseObject({
    type: z.enum(['BPE', 'WordPiece', 'Unigram', 'WordLevel']).optional(),
    unk_token: z.string().nullish(),
    unk_id: z.int().min(0).nullish(),
    dropout: z.number().nullish(),
    continuing_subword_prefix: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
  }),
});
export type TokenizerJson = z.output<typeof tokenizerSchema>;

const configSchema = z.looseObject({ model_max_length: z.number().nullish() });
export type TokenizerConfig = z.output<typeof configSchema>;

/**
 * Reads what a file is, but not its words.
 * @throws WrongTokenizerError that names the file and says what is wrong with it
 */
export function readShape({ path, configPath }: TokenizerFile): TokenizerShape {
  const bytes = readBytes(path, MAX_FILE_BYTES);
  const { rest, vocabulary, hasMerges } = inFile(path, () => readOutline(bytes));
  const json = parsed(tokenizerSchema, rest, path);
  if (vocabulary === undefined)
    throw new WrongTokenizerError(`${path}: model.vocab is missing: it must be a vocabulary`);
  const kind = kindOf(json, vocabulary);
  const wrong = mismatch(json, vocabulary, kind, hasMerges);
  if (wrong !== undefined) throw new WrongTokenizerError(`${path}: ${wrong}`);
  return { kind, json, vocabulary, config: configPath === undefined ? {} : readConfig(configPath) };
}

function readConfig(path: string): TokenizerConfig {
  const text = readBytes(path, MAX_CONFIG_BYTES);
  const value: unknown = inFile(path, () => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)));
  return parsed(configSchema, value, path);
}

function kindOf({ model }: TokenizerJson, vocabulary: VocabularyOutline): TokenizerKind {
  if (model.type !== undefined) return model.type;
  // Files of old say nothing; the library tells them apart by what they have.
  if (vocabulary.kind === 'scores') return 'Unigram';
  if ('merges' in model) return 'BPE';
  return 'max_input_chars_per_word' in model ? 'WordPiece' : 'WordLevel';
}

function mismatch(
  { model }: TokenizerJson,
  vocabulary: VocabularyOutline,
  kind: TokenizerKind,
  hasMerges: boolean,
): string | undefined {
  const isUnigram = kind === 'Unigram';
  if (isUnigram !== (vocabulary.kind === 'scores')) {
    return `model.vocab must be ${isUnigram ? 'a list of [text, score]' : 'an object of ids'} for a model of the type ${model.type}`;
  }
  return model.type === 'BPE' && !hasMerges ? 'model.merges is missing: it must be a list' : undefined;
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, path: string): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new WrongTokenizerError(`${path}: ${where}: ${issue.message}`);
}

function readBytes(path: string, maxBytes: number): Uint8Array {
  return inFile(path, () => {
    const { size } = statSync(path);
    if (size > maxBytes) throw new Error(`it has ${size} bytes, and the limit is ${maxBytes}`);
    return readFileSync(path);
  });
}

function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new WrongTokenizerError(`${path}: ${reason}`, { cause: error });
  }
}
