/** POST /tokenize, /detokenize and /decode, which the workers answer, and GET /tokenizers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireJson, requireJsonAnswer } from '../../codec/media-type.ts';
import { RequestError } from '../../errors.ts';
import type { AttentionPool } from '../../pool/pool.ts';
import type { TokenKind } from '../../requests/request.ts';
import type { TokenizerAbout } from '../../text/tokenize/tokenizer.ts';
import {
  decodeRoute,
  detokenizeRoute,
  type TokenizerEntry,
  tokenizeRoute,
  tokenizersRoute,
} from '../documents/tokenize-schemas.ts';
import { type JobSetting, jobAnswerer, jobOf, type Post, takeBodies } from './jobs.ts';

/** What the list of tokenizers needs of the pool. */
export type Tokenizing = Pick<AttentionPool, 'isReady' | 'tokenizers'>;

type Setting = Omit<JobSetting, 'streams'> & { pool: Tokenizing };

export function tokenRoutes(app: FastifyInstance, setting: Setting): void {
  takeBodies(app, setting, (headers) => {
    requireJson(headers['content-type']);
    requireJsonAnswer(headers.accept);
  });
  const answer = jobAnswerer(setting);
  const handler = (kind: TokenKind) => (request: FastifyRequest<Post>, reply: FastifyReply) =>
    answer(jobOf(kind, request), request, reply);
  app.post<Post>('/tokenize', { schema: tokenizeRoute }, handler('tokenize'));
  app.post<Post>('/detokenize', { schema: detokenizeRoute }, handler('detokenize'));
  app.post<Post>('/decode', { schema: decodeRoute }, handler('decode'));
  app.get('/tokenizers', { schema: tokenizersRoute, config: { looks: true } }, async () => {
    const { pool } = setting;
    if (!pool.isReady)
      throw new RequestError('not_ready', 'the tokenizers are still being read; try again in a moment');
    return { tokenizers: pool.tokenizers.map(entryOf) };
  });
}

function entryOf({ name, aliases, kind, ...about }: TokenizerAbout): TokenizerEntry {
  return {
    name,
    aliases: [...aliases],
    kind,
    vocabulary_size: about.vocabularySize,
    reversible: about.reversible,
    special_tokens: about.specialTokens.map(({ id, text }) => ({ id, text })),
    unflagged_tokens: about.unflaggedTokens.map(({ id, text }) => ({ id, text })),
    prefix: [...about.before],
    suffix: [...about.after],
    max_tokens: about.maxTokens,
  };
}
