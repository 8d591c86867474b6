/** What there is to know of a tokenizer.json before its vocabulary is loaded. */
import type { SpecialToken, TokenizerAbout } from '../tokenize/tokenizer.ts';
import { type AddedToken, readShape, type TokenizerFile, type TokenizerShape, WrongTokenizerError } from './file.ts';
import { tokensAround } from './probe.ts';
import { isReversible } from './reversible.ts';

/** Larger values of model_max_length mean that there is none. */
const MAX_LENGTH = 2 ** 31 - 1;

/** What is known of files, and what is wrong with those that cannot be used. */
export interface DescribedFiles {
  abouts: TokenizerAbout[];
  faults: string[];
}

/** Looks at all files, one after another, so that memory does not grow with their number. */
export async function describeFiles(files: readonly TokenizerFile[]): Promise<DescribedFiles> {
  const abouts: TokenizerAbout[] = [];
  const faults: string[] = [];
  for (const file of files) {
    try {
      abouts.push(await aboutFile(file));
    } catch (error) {
      if (!(error instanceof WrongTokenizerError)) throw error;
      faults.push(error.message);
    }
  }
  return { abouts, faults };
}

/** @throws WrongTokenizerError that names the file and says what is wrong with it */
export async function aboutFile(file: TokenizerFile): Promise<TokenizerAbout> {
  const shape = readShape(file);
  const { json, config, vocabulary } = shape;
  const around = await tokensAround(json, file.path);
  const special = (isSpecial: boolean): SpecialToken[] =>
    json.added_tokens.filter((token) => token.special === isSpecial).map(({ id, content }) => ({ id, text: content }));
  const length = config.model_max_length;
  return {
    name: file.name,
    aliases: [],
    kind: shape.kind,
    vocabularySize: vocabularySize(shape),
    reversible: isReversible(shape, around),
    specialTokens: special(true),
    unflaggedTokens: special(false),
    unknownToken: (vocabulary.kind === 'scores' ? json.model.unk_id : json.model.unk_token) ?? null,
    ...around,
    maxTokens: typeof length === 'number' && length > 0 && length <= MAX_LENGTH ? length : null,
  };
}

function vocabularySize({ json, vocabulary }: TokenizerShape): number {
  return json.added_tokens.reduce((size, { id }: AddedToken) => Math.max(size, id + 1), vocabulary.size);
}
