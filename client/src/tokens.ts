/** What the routes between text and tokens take and answer, in the service's own shape. */
export type {
  DetokenizeAnswer,
  DetokenizeRequest,
  TokenizeAnswer,
  TokenizeRequest,
  Tokenizers,
  TokenizeTextsAnswer,
  TokenizeTextsRequest,
} from './wire/tokens.ts';
