/** The Open Inference Protocol v2, for the documentation. Bodies are checked where they are read: on the workers. */
import { z } from 'zod';
import { MODEL_NAMES, MODEL_VERSION } from '../../codec/inference/models.ts';
import { answered } from './answers.ts';
import { inferenceErrors } from './inference-errors.ts';
import { ANY, PROBED, TENSORS } from './problems.ts';

const tags = ['inference'];

const parameters = z
  .record(z.string(), z.unknown())
  .meta({ id: 'InferenceParameters', description: 'Names with a text, a number, true or false.' });
const dimensions = z.array(z.int());
const data = z
  .array(z.unknown())
  .meta({ id: 'InferenceData', description: 'The elements row by row, nested as the shape says or as one flat list.' });

const input = z
  .object({
    name: z.string().describe('A tensor of the route, or key_lengths, query_lengths, query_offset or alibi_slopes.'),
    shape: dimensions.describe('The dimensions, as of the tensor of this name in POST /attention.'),
    datatype: z
      .string()
      .meta({ description: 'FP64, FP32, FP16, BF16, BOOL for masks, and for options INT8 to INT64, UINT8 to UINT64.' }),
    parameters: z
      .object({
        binary_data_size: z
          .int()
          .optional()
          .describe('In place of data: so many bytes behind the JSON, little-endian, in the order of the inputs.'),
      })
      .optional(),
    data: data.optional(),
  })
  .meta({ id: 'InferenceInput', description: 'A tensor that goes in.' });

const requestedOutput = z
  .object({
    name: z.string().describe('As the metadata of the model list them.'),
    parameters: z
      .object({ binary_data: z.boolean().optional().describe('Whether it comes as bytes behind the JSON.') })
      .optional(),
  })
  .meta({ id: 'InferenceRequestedOutput', description: 'An output that is asked for.' });

const requestSchema = z
  .object({
    id: z.string().max(1024).optional().describe('The answer repeats it.'),
    parameters: parameters
      .optional()
      .describe(
        'The options of POST /attention or POST /attention/multi-head by their names, lists and objects as JSON in a text; and binary_data_output: whether outputs that do not say so themselves come as bytes.',
      ),
    inputs: z.array(input).min(1),
    outputs: z
      .array(requestedOutput)
      .optional()
      .describe('Without it the output, for multi-head-attention the weights, and what parameters ask for.'),
  })
  .meta({ id: 'InferenceRequest', description: 'Inference Request JSON Object of the protocol.' });

const responseSchema = z
  .object({
    model_name: z.enum(MODEL_NAMES),
    model_version: z.literal(MODEL_VERSION),
    id: z.string().optional(),
    parameters: parameters.describe('kernel, scale and shape, as meta of POST /attention.'),
    outputs: z.array(
      z
        .object({
          name: z.string(),
          shape: dimensions,
          datatype: z.enum(['FP32', 'FP64']).describe('As the precision asked for.'),
          parameters: z.object({ binary_data_size: z.int() }).optional(),
          data: data.optional(),
        })
        .meta({
          id: 'InferenceOutput',
          description: 'A tensor that comes out, with data or with bytes behind the JSON.',
        }),
    ),
  })
  .meta({ id: 'InferenceResponse', description: 'Inference Response JSON Object of the protocol.' });

const FRAME =
  'The JSON object, as many bytes as the header Inference-Header-Content-Length says, and behind it the bytes of the tensors in their order (binary tensor data extension).';
const frame = z.string().meta({ format: 'binary', description: FRAME });

const tensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: dimensions.describe(
    '−1 where a dimension may be anything; leading ones may be left out, as in POST /attention.',
  ),
});
const modelSchema = z
  .object({
    name: z.enum(MODEL_NAMES),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(
      tensorMetadata.extend({ optional: z.boolean() }).meta({ id: 'InferenceInputMetadata', description: 'An input.' }),
    ),
    outputs: z.array(tensorMetadata.meta({ id: 'InferenceOutputMetadata', description: 'An output.' })),
  })
  .meta({ id: 'InferenceModel', description: 'What a model takes and gives.' });

const serverSchema = z
  .object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'InferenceServer', description: 'What runs here, and what it offers beyond the protocol.' });

export const serverRoute = {
  operationId: 'inferenceServer',
  summary: 'Server metadata of the Open Inference Protocol',
  tags,
  response: { 200: answered('This server.', serverSchema), ...inferenceErrors(ANY) },
};

export const inferenceLiveRoute = {
  operationId: 'inferenceLive',
  summary: 'Whether the process answers',
  tags,
  response: {
    200: answered('It does.', z.object({ live: z.literal(true) }).meta({ id: 'InferenceLive' })),
    ...inferenceErrors(PROBED),
  },
};

export const inferenceReadyRoute = {
  operationId: 'inferenceReady',
  summary: 'Whether all models answer',
  tags,
  response: {
    200: answered(
      'They do.',
      z.object({ live: z.literal(true), ready: z.literal(true) }).meta({ id: 'InferenceReady' }),
    ),
    ...inferenceErrors([...PROBED, 'draining', 'not_ready', 'workers_failing']),
  },
};

/** Paths name a model, and may name its only version. */
function ofModel(operation: string, isVersioned: boolean) {
  const model = z.enum(MODEL_NAMES).meta({ description: 'A model.', examples: ['attention'] });
  const version = z.literal(MODEL_VERSION).meta({ description: 'Its version.', examples: [MODEL_VERSION] });
  return {
    operationId: isVersioned ? `${operation}Version` : operation,
    tags,
    params: z.object(isVersioned ? { model, version } : { model }),
  };
}

export const modelRoute = (isVersioned: boolean) => ({
  ...ofModel('inferenceModel', isVersioned),
  summary: 'Model metadata of the Open Inference Protocol',
  response: { 200: answered('The model.', modelSchema), ...inferenceErrors([...ANY, 'not_found']) },
});

export const modelReadyRoute = (isVersioned: boolean) => ({
  ...ofModel('inferenceModelReady', isVersioned),
  summary: 'Whether a model answers',
  response: {
    200: answered(
      'It does.',
      z.object({ name: z.string(), ready: z.literal(true) }).meta({ id: 'InferenceModelReady' }),
    ),
    ...inferenceErrors([...ANY, 'not_found', 'draining', 'not_ready', 'workers_failing']),
  },
});

export const inferRoute = (isVersioned: boolean) => ({
  ...ofModel('infer', isVersioned),
  summary: 'Inference of the Open Inference Protocol',
  description:
    'What POST /attention and POST /attention/multi-head compute, for clients of the protocol such as tritonclient. Which outputs come as bytes binary_data says, and not Accept.',
  body: {
    content: {
      'application/json': { schema: requestSchema },
      'application/octet-stream': { schema: frame },
    },
  },
  response: {
    200: {
      description: 'The outputs.',
      content: { 'application/json': { schema: responseSchema }, 'application/octet-stream': { schema: frame } },
    },
    ...inferenceErrors(
      [...TENSORS, 'overflow' as const, 'not_found' as const, 'invalid_inference' as const].filter(
        (code) => !['invalid_safetensors', 'not_acceptable', 'too_many_steps', 'draining'].includes(code),
      ),
    ),
  },
});
