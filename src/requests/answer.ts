import { NPZ_TYPE } from '../codec/media-type.ts';
import { type DiagnosisAnswer, diagnosisNumbers } from './diagnosis/diagnosis-answer.ts';
import { writeDiagnosis } from './diagnosis/diagnosis-writing.ts';
import { type ExampleAnswer, exampleAnswerNumbers } from './examples/example-answer.ts';
import { writeExampleAnswer } from './examples/example-writing.ts';
import type { WrittenAnswer } from './request.ts';
import { type TensorAnswer, tensorAnswerNumbers } from './tensors/tensor-answer.ts';
import { type AnswerPlace, writeTensorAnswer } from './tensors/tensor-writing.ts';
import { type TextAnswer, textAnswerNumbers } from './words/text-answer.ts';
import { writeTextAnswer } from './words/text-writing.ts';

/** All that is needed to write an answer once its results are there; it can travel between threads. */
export type AnswerPlan = TensorAnswer | TextAnswer | ExampleAnswer | DiagnosisAnswer;

export const MEDIA_TYPE = {
  json: 'application/json',
  safetensors: 'application/vnd.safetensors',
  npz: NPZ_TYPE,
  text: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
} as const;

/**
 * Numbers from here on keep a thread busy for more than a few slices while they are written. A cell of a table or
 * picture takes longer than a number of JSON; beyond some ten thousand of them a matrix is cut or drawn in fewer cells.
 */
const LONG_ANSWER_NUMBERS = {
  json: 50_000,
  safetensors: 8_000_000,
  npz: 4_000_000,
  text: 20_000,
  svg: 20_000,
} as const;

/** Milliseconds of a number in each format: 33 ns as JSON; an archive has a checksum; text is more than its numbers. */
const NUMBER_MS = { json: 0.00004, safetensors: 0.00000025, npz: 0.000001, text: 0.0001, svg: 0.0001 } as const;
/** What a table or a picture costs whatever is in it: labels are cut by characters, and a first one warms up. */
const SHOWN_MS = 0.5;
/** A float64 takes more digits, which are found by more steps: 180 ns as JSON. */
const FLOAT64_TIMES = 5;

/** Writes the answer in its format; pieces that are nothing but the bytes of results may stay where these are. */
export function writeAnswer(plan: AnswerPlan, place: AnswerPlace): WrittenAnswer {
  if (plan.kind === 'tensors') {
    const written = writeTensorAnswer(plan, place);
    return { contentType: typeOf(plan, written), ...written };
  }
  if (plan.kind === 'diagnosis') return { contentType: MEDIA_TYPE[plan.format], pieces: writeDiagnosis(plan) };
  const pieces = plan.kind === 'text' ? writeTextAnswer(plan) : writeExampleAnswer(plan);
  return { contentType: MEDIA_TYPE[plan.format], pieces };
}

/** Of the Open Inference Protocol JSON, or JSON with bytes behind it. */
function typeOf({ format }: TensorAnswer, { jsonBytes }: Pick<WrittenAnswer, 'jsonBytes'>): string {
  if (format !== 'inference') return MEDIA_TYPE[format];
  return jsonBytes === undefined ? MEDIA_TYPE.json : 'application/octet-stream';
}

/** Numbers that writing the answer has to read or turn into its format, about. */
export function answerNumbers(plan: AnswerPlan): number {
  if (plan.kind === 'tensors') return tensorAnswerNumbers(plan);
  if (plan.kind === 'diagnosis') return diagnosisNumbers(plan);
  return plan.kind === 'text' ? textAnswerNumbers(plan) : exampleAnswerNumbers(plan);
}

/** What writing the answer costs, about. */
export function writingMs(plan: AnswerPlan): number {
  const isFloat64 = plan.kind === 'tensors' && plan.problem.precision === 'float64';
  const format = numbersFormat(plan);
  const isShown = format === 'text' || format === 'svg';
  const numbersMs = answerNumbers(plan) * NUMBER_MS[format] * (isFloat64 ? FLOAT64_TIMES : 1);
  return isShown ? SHOWN_MS + numbersMs : numbersMs;
}

/** Whether writing the answer keeps a thread busy for more than a few slices. */
export function isLongAnswer(plan: AnswerPlan): boolean {
  return answerNumbers(plan) >= LONG_ANSWER_NUMBERS[numbersFormat(plan)];
}

/** The format that the numbers of an answer cost as much as in. */
function numbersFormat(plan: AnswerPlan): keyof typeof NUMBER_MS {
  if (plan.format !== 'inference') return plan.format;
  const { outputs, isBinary } = plan.asked;
  return outputs === undefined ? formOf(isBinary) : formOf(outputs.every((output) => output.isBinary));
}

function formOf(isBinary: boolean): 'safetensors' | 'json' {
  return isBinary ? 'safetensors' : 'json';
}
