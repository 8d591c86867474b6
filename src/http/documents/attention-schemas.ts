/** POST /attention and POST /attention/multi-head, for the documentation. Bodies are checked where they are read: on the workers. */
import {
  attentionAnswerSchema,
  attentionRequestSchema,
  multiHeadAnswerSchema,
  multiHeadRequestSchema,
} from '../../codec/schemas.ts';
import { runStarted } from './answers.ts';
import { tensorAnswer, tensorBody } from './binary.ts';
import { problems, TENSORS } from './problems.ts';
import { streamQuery } from './query-schemas.ts';

export const attentionRoute = {
  operationId: 'attention',
  summary: 'Attention of queries over keys and values',
  description:
    'softmax(scale·QKᵀ + bias) V, exactly. Only what is asked for is computed: without weights, scores or statistics the Lq × Lk matrix never exists.',
  tags: ['attention'],
  querystring: streamQuery,
  body: tensorBody(attentionRequestSchema),
  response: {
    200: tensorAnswer('The output, and what else was asked for.', attentionAnswerSchema),
    201: runStarted,
    ...problems('Attention', TENSORS),
  },
};

export const multiHeadRoute = {
  operationId: 'multiHeadAttention',
  summary: 'Multi-head attention with its projections',
  description:
    'The whole of nn.MultiheadAttention in evaluation mode: embeddings and projection weights in, attended embeddings out.',
  tags: ['attention'],
  querystring: streamQuery,
  body: tensorBody(multiHeadRequestSchema),
  response: {
    200: tensorAnswer('The output, and the weights unless need_weights is false.', multiHeadAnswerSchema),
    201: runStarted,
    ...problems('MultiHeadAttention', [...TENSORS, 'overflow']),
  },
};
