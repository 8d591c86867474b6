import type { OpenContext, OpenedRequest } from './open-context.ts';
import type { RunRequest } from './request.ts';
import { openTensors } from './tensors/open-tensors.ts';
import type { TensorAnswer } from './tensors/tensor-answer.ts';
import { openText } from './words/open-text.ts';
import type { TextAnswer } from './words/text-answer.ts';

/**
 * Bytes → problem → plan: reads a body, checks all of it, takes the memory for its answer and plans the work.
 * @throws RequestError
 */
export function openRequest(request: RunRequest, context: OpenContext): OpenedRequest<TensorAnswer | TextAnswer> {
  return request.kind === 'text' ? openText(request, context) : openTensors(request, context);
}
