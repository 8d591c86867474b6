/** Opens POST /attention/diagnose: reads an attention and what somebody's code made of it, and plans how it is compared. */
import { allocateDiagnosis, diagnosisStages } from '../../attention/diagnosis/diagnosis.ts';
import { type Dump, rowWidth } from '../../attention/diagnosis/dump.ts';
import { attentionOptionTensors } from '../../codec/attention-options.ts';
import {
  diagnoseAttentionOptions,
  diagnoseAttentionTensors,
  diagnoseMultiHeadOptions,
  diagnoseMultiHeadTensors,
  diagnoseTensorFields,
  givenTensorFields,
  isOfMultiHead,
} from '../../codec/diagnose-options.ts';
import { type BodyFormat, requestType, textAnswerType } from '../../codec/media-type.ts';
import type { TensorRequest } from '../../codec/tensor-request.ts';
import { unknownField } from '../../codec/unknown-field.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import type { OpenContext, OpenedRequest } from '../open-context.ts';
import { widenTensors } from '../problems/named-tensors.ts';
import type { DiagnoseRequest } from '../request.ts';
import { TENSOR_READERS } from '../tensors/tensor-readers.ts';
import { attentionDump } from './attention-dump.ts';
import type { DiagnosisAnswer } from './diagnosis-answer.ts';
import { formatOf, toleranceOf } from './given.ts';
import { multiHeadDump } from './multi-head-dump.ts';

/** @throws RequestError */
export function openDiagnosis(request: DiagnoseRequest, context: OpenContext): OpenedRequest<DiagnosisAnswer> {
  const { contentType, accept } = request;
  const answerFormat = textAnswerType(accept);
  const bodyFormat = requestType(contentType);
  const isJson = bodyFormat === 'json';
  const body = readBody(request, bodyFormat, context);
  const isMultiHead = isOfMultiHead([...body.tensors.keys(), ...Object.keys(body.options)]);
  checkNames(body, Object.keys(isMultiHead ? diagnoseMultiHeadTensors : diagnoseAttentionTensors));
  const given = body.tensors.get('expected_output');
  if (given === undefined) {
    const detail = 'expected_output is missing: send what your code gave, as numbers of the shape of the answer';
    throw new RequestError('missing_field', detail, { pointer: '/expected_output' });
  }
  const tensors = widenTensors(body.tensors, context.memory);
  const open = isMultiHead ? multiHeadDump : attentionDump;
  const { dump, stages, options, outputShape } = open(ownFaults(body), tensors, { isJson, context });
  const tolerance = toleranceOf(given.dtype, options);
  const format = formatOf(given, dump.given.output);
  const { budgetMs } = options;
  const diagnosis = allocateDiagnosis(dump, { format, tolerance, budgetMs }, context.memory);
  return {
    stages: [...stages, ...diagnosisStages(diagnosis)],
    answer: {
      kind: 'diagnosis',
      format: answerFormat,
      diagnosis,
      tolerance,
      outputShape,
      shown: checkShown(request, dump),
      width: rowWidth(dump),
      kernel: dump.problem.precision === 'float64' ? 'reference' : context.kernel.name,
    },
  };
}

const OPTION_NAMES = new Set([
  ...Object.keys(diagnoseAttentionOptions.shape),
  ...Object.keys(diagnoseMultiHeadOptions.shape),
]);

function readBody({ body }: DiagnoseRequest, format: BodyFormat, context: OpenContext): TensorRequest {
  const { maxElements, maxBodyBytes, memory, kernel } = context;
  const setting = {
    maxElements,
    maxBodyBytes,
    optionNames: OPTION_NAMES,
    allFinite: kernel.allFinite,
    optionTensors: attentionOptionTensors,
    precisionOf: 'expected_output',
  };
  return TENSOR_READERS[format](body, diagnoseTensorFields, setting, memory);
}

/** @throws RequestError `invalid_option` for a head that is not there */
function checkShown({ shown }: DiagnoseRequest, { problem: { batch, numHeads } }: Dump): DiagnoseRequest['shown'] {
  if (shown === undefined) return undefined;
  const [name, value, count] =
    shown.head >= numHeads ? (['head', shown.head, numHeads] as const) : (['batch', shown.batch, batch] as const);
  if (value < count) return shown;
  throw new RequestError('invalid_option', `${name} is ${value}, but there are only ${count}`, {
    pointer: pointerTo(name),
  });
}

/** The reader takes the tensors of both routes. @throws RequestError `unknown_field` */
function checkNames({ tensors }: TensorRequest, known: readonly string[]): void {
  for (const name of tensors.keys()) if (!known.includes(name)) throw unknownField(name, known);
}

/** The body without the faults of what was given, which may hold anything. */
function ownFaults(body: TensorRequest): TensorRequest {
  const nonFinite = new Map([...body.nonFinite].filter(([name]) => !Object.hasOwn(givenTensorFields, name)));
  return { ...body, nonFinite };
}
