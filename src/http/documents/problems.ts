/** What can go wrong at each operation, for the documentation: its own problem document, and which codes come with which status. */
import { ERROR_CODES, type ErrorCode, errorCodes } from '../../errors.ts';
import { PROBLEM_TYPE, problemSchema } from '../../problem-document.ts';
import { WrittenSchema } from './json-schema.ts';

/** Of every request, before its route is asked. */
export const PROBED: readonly ErrorCode[] = [
  'bad_request',
  'request_timeout',
  'expectation_failed',
  'headers_too_large',
  // A query parameter, which every route checks.
  'unknown_field',
  'internal',
];

/** Of all routes but the probes, which may be asked by any name. */
export const ANY: readonly ErrorCode[] = [...PROBED, 'misdirected_request'];

/** Of routes that need a key or token, where keys are on. */
export const KEYED: readonly ErrorCode[] = [
  ...ANY,
  'missing_credentials',
  'invalid_token',
  'insufficient_scope',
  'issuer_unavailable',
];

/** Of those that count for the limits of their callers. */
export const CALLED: readonly ErrorCode[] = [...KEYED, 'rate_limited'];

/** Of routes that read a body in JSON and compute an answer. */
const COMPUTED: readonly ErrorCode[] = [
  ...CALLED,
  'origin_not_allowed',
  'incomplete_body',
  'invalid_encoding',
  'invalid_json',
  'not_acceptable',
  'body_too_large',
  'too_many_elements',
  'output_too_large',
  'unsupported_media_type',
  'not_an_object',
  'missing_field',
  'invalid_option',
  'conflicting_options',
  'too_complex',
  'saturated',
  'not_ready',
  'worker_died',
  'workers_failing',
  'deadline_exceeded',
];

/** Of routes that read tensors, and may start a run. */
export const TENSORS: readonly ErrorCode[] = [
  ...COMPUTED,
  'invalid_safetensors',
  'invalid_npz',
  'invalid_tensor',
  'ragged_array',
  'empty_tensor',
  'invalid_rank',
  'invalid_dtype',
  'not_finite',
  'shape_mismatch',
  'ambiguous_mask',
  'dropout_unsupported',
  'too_many_steps',
  'draining',
];

/** Of attention over text, which may start a run, too. */
export const WORDS: readonly ErrorCode[] = [
  ...COMPUTED,
  'text_too_long',
  'empty_tensor',
  'shape_mismatch',
  'too_many_steps',
  'draining',
];

/** Of routes between text and tokens. */
export const TOKENS: readonly ErrorCode[] = [...COMPUTED, 'text_too_long'];

/** The responses of an operation for these codes, by status; its problem document is named after it. */
export function problems(operation: string, codes: readonly ErrorCode[]) {
  const own = errorCodes.filter((code) => codes.includes(code));
  // Written as it stands: zod would take as long for all of these as for everything else that is described.
  const schema = new WrittenSchema(
    `${operation}Problem`,
    {
      allOf: [
        { $ref: '#/components/schemas/Problem' },
        { type: 'object', properties: { code: { type: 'string', enum: own } }, required: ['code'] },
      ],
      description: 'A problem document with a code that this operation can answer.',
    },
    [problemSchema],
  );
  return responsesOf(own, { [PROBLEM_TYPE]: { schema } });
}

/** A response for each status that these codes have, told in `content`. */
export function responsesOf(
  codes: readonly ErrorCode[],
  content: object,
  statusOf = (code: ErrorCode): number => ERROR_CODES[code][0],
) {
  return Object.fromEntries(
    [...new Set(codes.map(statusOf))].map((status) => {
      const here = codes.filter((code) => statusOf(code) === status);
      const description = here.map((code) => `\`${code}\`: ${ERROR_CODES[code][1]}`).join('\n');
      return [status, { description, content }];
    }),
  );
}
