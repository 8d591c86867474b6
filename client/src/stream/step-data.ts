import type { TensorForm } from '../answer.ts';
import { type Numbers, type TypedAnswerTensor, withNumbers } from '../typed-tensor.ts';
import type { Step, StepMessage } from './step.ts';

/** The numbers of a step in each form; undefined when they did not come. */
const DATA: {
  [F in TensorForm]: (message: StepMessage, tensor: TypedAnswerTensor | undefined) => Step<F>['data'] | undefined;
} = {
  json: ({ data }) => data,
  numbers: ({ data }) => {
    const numbers = withNumbers(data);
    return isNumbers(numbers) ? numbers : undefined;
  },
  typed: (_message, tensor) => tensor,
};

/** A step as its consumer wants it; undefined when its numbers did not come. */
export function stepIn<F extends TensorForm>(
  form: F,
  message: StepMessage,
  tensor: TypedAnswerTensor | undefined,
): Step<F> | undefined {
  const data = DATA[form](message, tensor);
  if (data === undefined) return undefined;
  const { type, id, data: _, binary, ...about } = message;
  return { ...about, data };
}

function isNumbers(value: unknown): value is Numbers {
  return typeof value === 'number' || Array.isArray(value);
}
