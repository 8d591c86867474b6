/** What the routes between text and tokens take and answer, in the service's own shape. */
import type { DetokenizeOptions, TokenizeOptions } from './wire/tokens.ts';

export type { DetokenizeAnswer, TokenizeAnswer, Tokenizers, TokenizeTextsAnswer } from './wire/tokens.ts';

type Cutting = Omit<TokenizeOptions, 'text' | 'texts'>;
export type TokenizeRequest = Cutting & { text: string };
export type TokenizeTextsRequest = Cutting & { texts: string[] };
export type DetokenizeRequest = Pick<DetokenizeOptions, 'tokenizer'> & { ids: number[] };
