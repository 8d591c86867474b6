/** What can go wrong under /v2, for the documentation: one sentence, as the Open Inference Protocol has it. */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, errorCodes } from '../../errors.ts';
import { inferenceStatus } from '../transport/error-forms.ts';
import { responsesOf } from './problems.ts';

const schema = z
  .object({ error: z.string().describe('What is wrong, and what was expected.') })
  .meta({ id: 'InferenceError', description: 'Why a request of the Open Inference Protocol was not served.' });

/** The responses of an operation for these codes, by status. The codes themselves stand in the log. */
export function inferenceErrors(codes: readonly ErrorCode[]) {
  const own = errorCodes.filter((code) => codes.includes(code));
  return responsesOf(own, { 'application/json': { schema } }, (code) => inferenceStatus(ERROR_CODES[code][0]));
}
