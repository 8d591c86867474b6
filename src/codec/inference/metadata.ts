/** What a model says of itself (specification, "Model Metadata Response JSON Object"). */
import { attentionTensors } from '../attention-options.ts';
import { multiHeadTensors } from '../multi-head-options.ts';
import { type InferenceModel, MODEL_VERSION, type ModelName } from './models.ts';

export interface ModelMetadata {
  name: ModelName;
  versions: string[];
  platform: string;
  inputs: (TensorMetadata & { optional: boolean })[];
  outputs: TensorMetadata[];
}

interface TensorMetadata {
  name: string;
  datatype: string;
  /** −1 where a dimension may be anything; of inputs with a batch and heads. */
  shape: number[];
}

/** All that is not as most of its model: how many dimensions, and the datatype. */
const ODD: Readonly<Record<ModelName, Readonly<Record<string, readonly [rank: number, datatype?: string]>>>> = {
  attention: {
    attn_mask: [4, 'BOOL'],
    sinks: [1],
    key_lengths: [1, 'INT32'],
    query_lengths: [1, 'INT32'],
    query_offset: [1, 'INT32'],
    alibi_slopes: [1],
    lse: [3],
    'stats.entropy': [3],
    'stats.max_weight': [3],
    'stats.max_key': [3],
    'stats.effective_keys': [3],
    'stats.mean_distance': [3],
    'stats.per_head.entropy': [2],
    'stats.per_head.max_weight': [2],
    'stats.per_head.effective_keys': [2],
    'stats.per_head.mean_distance': [2],
  },
  'multi-head-attention': {
    in_proj_weight: [2],
    q_proj_weight: [2],
    k_proj_weight: [2],
    v_proj_weight: [2],
    in_proj_bias: [1],
    out_proj_weight: [2],
    out_proj_bias: [1],
    attn_mask: [3, 'BOOL'],
    key_padding_mask: [2, 'BOOL'],
  },
};
const USUAL_RANK: Readonly<Record<ModelName, number>> = { attention: 4, 'multi-head-attention': 3 };

const SCHEMAS = { attention: attentionTensors, 'multi-head-attention': multiHeadTensors };

export function metadataOf({ name: model, optionTensors, outputs }: InferenceModel): ModelMetadata {
  const about = (name: string): TensorMetadata => {
    const [rank, datatype = 'FP32'] = ODD[model][name] ?? [USUAL_RANK[model]];
    return { name, datatype, shape: new Array<number>(rank).fill(-1) };
  };
  const tensors = Object.entries(SCHEMAS[model]).map(([name, schema]) => ({
    ...about(name),
    optional: schema.safeParse(undefined).success,
  }));
  return {
    name: model,
    versions: [MODEL_VERSION],
    platform: 'spotlight_attention',
    inputs: [...tensors, ...Array.from(optionTensors, (name) => ({ ...about(name), optional: true }))],
    outputs: Array.from(outputs.keys(), about),
  };
}
