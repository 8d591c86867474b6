/** The attentions as models of the Open Inference Protocol: what goes in, what comes out, and what that asks of the options. */
import { RequestError } from '../../errors.ts';
import { attentionOptions, attentionOptionTensors, attentionTensorFields } from '../attention-options.ts';
import { multiHeadOptions, multiHeadTensorFields } from '../multi-head-options.ts';
import type { TensorFields } from '../tensor-request.ts';

export const MODEL_NAMES = ['attention', 'multi-head-attention'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];
/** The only version that there is. */
export const MODEL_VERSION = '1';

export interface InferenceModel {
  name: ModelName;
  tensors: TensorFields;
  /** Options that may come as tensors, too. */
  optionTensors: ReadonlySet<string>;
  /** What parameters may be called. */
  options: readonly string[];
  /** Each output, and the option that asks for it, as one of `outputs` or by its own name. */
  outputs: ReadonlyMap<string, string>;
  /** Has the options ask for no other outputs than these. */
  choose(options: Record<string, unknown>, outputs: readonly string[]): void;
}

/** Each row of statistics, and its mean over the rows of a head. */
const STATISTICS = ['entropy', 'max_weight', 'effective_keys', 'mean_distance'];

const attention: InferenceModel = {
  name: 'attention',
  tensors: attentionTensorFields,
  optionTensors: attentionOptionTensors,
  options: Object.keys(attentionOptions.shape),
  outputs: new Map([
    ['output', ''],
    ...['weights', 'lse', 'scores', 'masked_scores'].map((name): [string, string] => [name, name]),
    ...['max_key', ...STATISTICS].map((name): [string, string] => [`stats.${name}`, 'stats']),
    ...STATISTICS.map((name): [string, string] => [`stats.per_head.${name}`, 'stats']),
    ['present_key', 'present'],
    ['present_value', 'present'],
  ]),
  choose(options, outputs) {
    refuse(options, ['outputs', 'need_weights']);
    const asked = outputs.map((name) => attention.outputs.get(name) ?? '');
    options.outputs = [...new Set(asked.filter((name) => name !== ''))];
  },
};

const multiHead: InferenceModel = {
  name: 'multi-head-attention',
  tensors: multiHeadTensorFields,
  optionTensors: new Set(),
  options: Object.keys(multiHeadOptions.shape),
  outputs: new Map([
    ['output', ''],
    ['weights', 'need_weights'],
  ]),
  choose(options, outputs) {
    refuse(options, ['need_weights']);
    options.need_weights = outputs.includes('weights');
  },
};

/** The model that answers requests of a kind. */
export const MODELS: Readonly<Record<'attention' | 'multi-head', InferenceModel>> = {
  attention,
  'multi-head': multiHead,
};

function refuse(options: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  for (const name of names) {
    if (options[name] === undefined || options[name] === null) continue;
    const detail = `the outputs of the request say what is answered: leave the parameter ${name} out`;
    throw new RequestError('conflicting_options', detail, { pointer: `/${name}` });
  }
}
