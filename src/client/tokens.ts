/** What the routes between text and tokens take and answer, in the service's own shape. */
import type { z } from 'zod';
import type { detokenizeOptions, tokenizeOptions } from '../codec/tokenize-options.ts';
import type {
  detokenizedSchema,
  textsTokensSchema,
  textTokensSchema,
  tokenizersSchema,
} from '../http/documents/tokenize-schemas.ts';

type TokenizeOptions = Omit<z.input<typeof tokenizeOptions>, 'text' | 'texts'>;
export type TokenizeRequest = TokenizeOptions & { text: string };
export type TokenizeTextsRequest = TokenizeOptions & { texts: string[] };
export type TokenizeAnswer = z.infer<typeof textTokensSchema>;
export type TokenizeTextsAnswer = z.infer<typeof textsTokensSchema>;

export type DetokenizeRequest = Pick<z.input<typeof detokenizeOptions>, 'tokenizer'> & { ids: number[] };
export type DetokenizeAnswer = z.infer<typeof detokenizedSchema>;

export type Tokenizers = z.infer<typeof tokenizersSchema>;
