import type { TextAnswer, TextRequest } from './contract.ts';
import type { CallOptions, Http } from './http.ts';
import { SpotlightError } from './spotlight-error.ts';
import type {
  DetokenizeAnswer,
  DetokenizeRequest,
  TokenizeAnswer,
  TokenizeRequest,
  Tokenizers,
  TokenizeTextsAnswer,
  TokenizeTextsRequest,
} from './tokens.ts';

/** The routes that take words. */
export class Words {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  attention(request: TextRequest, options: CallOptions): Promise<TextAnswer> {
    return this.#ask<TextAnswer>('attention/text', request, { options, member: 'tokens' });
  }

  tokenize(
    request: TokenizeRequest | TokenizeTextsRequest,
    options: CallOptions,
  ): Promise<TokenizeAnswer | TokenizeTextsAnswer> {
    const member = 'texts' in request ? 'results' : 'tokens';
    return this.#ask<TokenizeAnswer | TokenizeTextsAnswer>('tokenize', request, { options, member });
  }

  detokenize(request: DetokenizeRequest, options: CallOptions): Promise<DetokenizeAnswer> {
    return this.#ask<DetokenizeAnswer>('detokenize', request, { options, member: 'text' });
  }

  tokenizers(options: CallOptions): Promise<Tokenizers> {
    return this.#ask<Tokenizers>('tokenizers', undefined, { options, member: 'tokenizers' });
  }

  /** Posts a request, or gets what needs none. */
  async #ask<A extends object>(
    path: string,
    request: object | undefined,
    { options, member }: { options: CallOptions; member: string },
  ): Promise<A> {
    const answer = await this.#http.json(
      request === undefined ? { method: 'GET', path } : { method: 'POST', path, body: JSON.stringify(request) },
      options,
    );
    if (hasMember<A>(answer, member)) return answer;
    throw new SpotlightError('bad_answer', `the answer has no ${member}`);
  }
}

function hasMember<A extends object>(value: unknown, name: string): value is A {
  return typeof value === 'object' && value !== null && name in value;
}
