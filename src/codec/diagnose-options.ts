/** POST /attention/diagnose: what it takes beside the tensors and options of the attention that is diagnosed. */
import { z } from 'zod';
import { attentionOptions, attentionTensorFields, attentionTensors } from './attention-options.ts';
import type { InnerNames } from './inner-names.ts';
import { multiHeadOptions, multiHeadTensorFields, multiHeadTensors } from './multi-head-options.ts';
import { option } from './option.ts';
import type { TensorFields } from './tensor-request.ts';
import { fieldsOf, given, optionalGiven, optionalGivenLogits } from './tensor-schemas.ts';

export const givenTensors = {
  expected_output: given(
    'What your code gave, of the shape of the answer. [B, L, H, d] and [B, L, H·d] are read, too. NaN and infinities are counted.',
  ),
  expected_weights: optionalGiven('The attention weights that your code gave, [B, H, Lq, Lk].'),
  expected_lse: optionalGivenLogits('The log-sum-exp of each row that your code gave, [B, H, Lq], in nats.'),
  expected_scores: optionalGiven('scale·QKᵀ as your code computed it, before masks and biases, [B, H, Lq, Lk].'),
};
export const givenTensorFields = fieldsOf(givenTensors);

const MAX_TOLERANCE = 1e30;
export const DEFAULT_BUDGET_MS = 50;
const MAX_BUDGET_MS = 10_000;

const tolerance = (of: string) =>
  option(
    z.number().min(0).max(MAX_TOLERANCE).optional(),
    'a number of at least 0',
    `How far a number may be off, ${of}; by default that of torch.testing.assert_close for the dtype of expected_output.`,
  );

const ownOptions = {
  rtol: tolerance('in parts of the right one'),
  atol: tolerance('whatever the right one is'),
  budget_ms: option(
    z.number().min(0).max(MAX_BUDGET_MS).default(DEFAULT_BUDGET_MS),
    `a number from 0 to ${MAX_BUDGET_MS}`,
    'Thread time, in ms as planned, for trying misunderstandings together, two and three at a time; each alone is always tried.',
  ),
};

export const diagnoseAttentionOptions = z.strictObject({ ...attentionOptions.shape, ...ownOptions });
export const diagnoseMultiHeadOptions = z.strictObject({ ...multiHeadOptions.shape, ...ownOptions });

export type DiagnoseAttentionOptions = InnerNames<z.output<typeof diagnoseAttentionOptions>>;
export type DiagnoseMultiHeadOptions = InnerNames<z.output<typeof diagnoseMultiHeadOptions>>;

/** What says that a request is one of multi-head attention. */
const OF_MULTI_HEAD = ['num_heads', 'out_proj_weight', 'in_proj_weight'];

export function isOfMultiHead(names: Iterable<string>): boolean {
  return [...names].some((name) => OF_MULTI_HEAD.includes(name));
}

/** All tensors that may come, of either kind; which of them belong together is checked behind the reader. */
export const diagnoseTensorFields: TensorFields = {
  ...multiHeadTensorFields,
  ...attentionTensorFields,
  ...givenTensorFields,
};

export const diagnoseAttentionTensors = { ...attentionTensors, ...givenTensors };
export const diagnoseMultiHeadTensors = { ...multiHeadTensors, ...givenTensors };
