/** The Open Inference Protocol v2 (https://github.com/kserve/open-inference-protocol): the attentions as models of a server. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { metadataOf } from '../../codec/inference/metadata.ts';
import { MODEL_NAMES, MODEL_VERSION, MODELS, type ModelName } from '../../codec/inference/models.ts';
import { requireInference } from '../../codec/media-type.ts';
import { RequestError } from '../../errors.ts';
import type { TensorsRequest } from '../../requests/request.ts';
import {
  inferenceLiveRoute,
  inferenceReadyRoute,
  inferRoute,
  modelReadyRoute,
  modelRoute,
  serverRoute,
} from '../documents/inference-schemas.ts';
import { product } from '../documents/product.ts';
import {
  type FormatHeaders,
  type JobSetting,
  JSON_LENGTH_HEADER,
  jobAnswerer,
  jobOf,
  type Post,
  takeBodies,
} from './jobs.ts';
import { type Readiness, requireReady } from './readiness.ts';

/** What computes each model. */
const KINDS: Readonly<Record<ModelName, TensorsRequest['kind']>> = {
  attention: 'attention',
  'multi-head-attention': 'multi-head',
};

type OfModel = { Params: { model: string; version?: string } };

const quiet = { quiet: true };
const looks = { looks: true };
/** Gateways ask these, who have no key. */
const probe = { quiet: true, needs: 'nothing' } as const;

type Setting = JobSetting & Readiness;

export function inferenceRoutes(app: FastifyInstance, setting: Setting): void {
  takeBodies(app, setting, (headers) => {
    requireInference(headers['content-type']);
    jsonLengthOf(headers);
  });
  // Before the body is read: there is no use for it.
  app.addHook<OfModel>('onRequest', (request, _reply, done) => done(refusalOf(request.params)));

  const about = { name: product.name, version: product.version, extensions: ['binary_tensor_data'] };
  app.get('/v2', { schema: serverRoute, config: looks }, async () => about);
  app.get('/v2/', { schema: { hide: true }, config: looks }, async () => about);
  app.get('/v2/health/live', { schema: inferenceLiveRoute, config: probe }, async () => ({ live: true }));
  app.get('/v2/health/ready', { schema: inferenceReadyRoute, config: probe }, async () => {
    requireReady(setting);
    return { live: true, ready: true };
  });

  const answer = jobAnswerer(setting);
  for (const isVersioned of [false, true]) {
    const path = isVersioned ? '/v2/models/:model/versions/:version' : '/v2/models/:model';
    app.get<OfModel>(path, { schema: modelRoute(isVersioned), config: looks }, async ({ params }) =>
      metadataOf(MODELS[kindOf(params)]),
    );
    app.get<OfModel>(`${path}/ready`, { schema: modelReadyRoute(isVersioned), config: quiet }, async ({ params }) => {
      requireReady(setting);
      return { name: params.model, ready: true };
    });
    app.post<OfModel & Post>(`${path}/infer`, { schema: inferRoute(isVersioned) }, (request, reply) =>
      answer(inferenceJob(request), request, reply),
    );
  }
}

/** What a request asks of the pool. Which of its outputs are bytes its parameters say, and not Accept. */
function inferenceJob(request: FastifyRequest<OfModel & Post>): TensorsRequest {
  const jsonBytes = jsonLengthOf(request.headers);
  return {
    ...jobOf(kindOf(request.params), request),
    contentType: jsonBytes === undefined ? 'application/json' : 'application/octet-stream',
    accept: undefined,
    inference: { jsonBytes },
  };
}

/** @throws RequestError `invalid_inference` */
function jsonLengthOf({ [JSON_LENGTH_HEADER]: length }: FormatHeaders): number | undefined {
  if (length === undefined) return undefined;
  if (typeof length === 'string' && /^\d{1,15}$/.test(length)) return Number(length);
  throw new RequestError('invalid_inference', 'Inference-Header-Content-Length must be a number of bytes, given once');
}

function refusalOf({ model, version = MODEL_VERSION }: Partial<OfModel['Params']>): RequestError | undefined {
  if (model === undefined) return undefined;
  if (!isModel(model)) {
    return new RequestError('not_found', `there is no model of this name; the models are ${MODEL_NAMES.join(' and ')}`);
  }
  if (version === MODEL_VERSION) return undefined;
  return new RequestError('not_found', `${model} has no such version; it has version ${MODEL_VERSION} only`);
}

function isModel(name: string): name is ModelName {
  return MODEL_NAMES.some((one) => one === name);
}

function kindOf({ model }: OfModel['Params']): keyof typeof MODELS {
  if (!isModel(model)) throw new Error('a model that is none was let in');
  return KINDS[model];
}
