/** The steps of a run, as their consumer gets them. */
import type { TensorForm } from '../answer.ts';
import type { Numbers, TypedAnswerTensor } from '../typed-tensor.ts';
import type { ServerMessage, StepNumbers } from '../wire/messages.ts';

/** A step as the server sends it. */
export type StepMessage = Extract<ServerMessage, { type: 'step' }>;

interface StepData {
  json: StepNumbers;
  numbers: Numbers;
  typed: TypedAnswerTensor;
}

/** One step of a run, with its numbers in a form. */
export type Step<F extends TensorForm = 'json'> = Omit<StepMessage, 'type' | 'id' | 'data' | 'binary'> & {
  data: StepData[F];
};
