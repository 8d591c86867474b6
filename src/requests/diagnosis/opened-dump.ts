import type { Dump } from '../../attention/diagnosis/dump.ts';
import type { Stage } from '../../attention/plan.ts';
import type { TensorRequest } from '../../codec/tensor-request.ts';
import type { OpenContext } from '../open-context.ts';
import type { NamedTensors } from '../problems/named-tensors.ts';

/** An attention that is to be diagnosed, before it is. */
export interface OpenedDump {
  dump: Dump;
  /** What computes the right answer. */
  stages: Stage[];
  options: { rtol?: number | undefined; atol?: number | undefined; budgetMs: number };
  /** The shape of the answer, as the route gives it. */
  outputShape: readonly number[];
}

/** How a dump is opened. */
export type OpenDump = (
  body: TensorRequest,
  tensors: NamedTensors,
  setting: { isJson: boolean; context: OpenContext },
) => OpenedDump;
