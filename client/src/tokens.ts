/** What the routes between text and tokens take and answer, in the service's own shape. */
import type { Given } from './request.ts';
import type * as wire from './wire/tokens.ts';

export type {
  DetokenizeAnswer,
  SpecialToken,
  Token,
  TokenizeAnswer,
  Tokenizer,
  Tokenizers,
  TokenizeTextsAnswer,
} from './wire/tokens.ts';

export type TokenizeRequest = Given<wire.TokenizeRequest>;
export type TokenizeTextsRequest = Given<wire.TokenizeTextsRequest>;
export type DetokenizeRequest = Given<wire.DetokenizeRequest>;
/** The ids of one text, or of several. */
export type DecodeRequest = Given<wire.DecodeRequest>;
