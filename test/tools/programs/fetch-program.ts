/** Uses every operation of the document through openapi-fetch. */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Matrix = components['schemas']['Matrix'];

const query = [[1, 0, 1]];
const key = [
  [1, 0, 1],
  [0, 1, 0],
  [1, 1, 1],
];
const value = [
  [10, 20, 30],
  [1, 2, 3],
  [5, 10, 15],
];

export async function program(baseUrl: string, fetch: typeof globalThis.fetch) {
  const client = createClient<paths, 'application/json' | 'application/problem+json'>({ baseUrl, fetch });
  const told: Record<string, unknown> = {};

  const attention = await client.POST('/attention', {
    body: { query, key, value, scale: 1, softcap: null, attn_mask: null, outputs: ['lse'] },
  });
  if (attention.data === undefined) throw new Error(attention.error.code);
  if ('output' in attention.data) {
    const { output, lse } = attention.data;
    if (Array.isArray(output)) told.output = output;
    told.lse = lse;
  }
  const started = await client.POST('/attention', {
    params: { query: { stream: true, detail: 'row' } },
    body: { query, key, value },
  });
  told.location = started.response.headers.get('location');
  const mistaken = await client.POST('/attention', { body: { query, key: [[1]], value } });
  told.mistake = mistaken.error?.code === 'shape_mismatch' ? mistaken.error.pointer : undefined;

  const square: Matrix = [
    [1, 0],
    [0, 1],
  ];
  const many = await client.POST('/attention/multi-head', {
    body: {
      query: square,
      key: square,
      value: square,
      num_heads: 1,
      in_proj_weight: [...square, ...square, ...square],
      out_proj_weight: square,
    },
  });
  told.meta = many.data && 'meta' in many.data ? many.data.meta.shape : many.error;

  const diagnosis = await client.POST('/attention/diagnose', {
    body: { query: square, key: square, value: square, expected_output: square },
  });
  if (typeof diagnosis.data === 'object') told.verdict = diagnosis.data.verdict;

  const words = await client.POST('/attention/text', {
    body: { text: 'The cat sat on the mat', heads: ['semantic'], focus: 'cat' },
  });
  if (words.data && 'tokens' in words.data) told.words = words.data.tokens.map(({ text }) => text);

  const run = await client.POST('/runs', {
    body: { request: { kind: 'attention', query, key, value, scale: 1 }, detail: 'row' },
  });
  if (run.data === undefined) throw new Error(run.error.detail);
  const params = { path: { id: run.data.run } };
  const plan = await client.GET('/runs/{id}', { params });
  told.steps = plan.data?.plan.names.map(({ name }) => name);
  const tile = await client.GET('/runs/{id}/matrix', {
    params: { ...params, query: { step: 'pattern', rows: '0:1', pool: [1, 3], by: 'mean' } },
    headers: { accept: 'application/json' },
  });
  told.tile = tile.data;
  const rows = await client.GET('/runs/{id}/rows', { params: { ...params, query: { head: 0, rows: ':1' } } });
  told.maxKey = rows.data?.max_key;
  const events = await client.GET('/runs/{id}/events', {
    params: { ...params, query: { after: 0, steps: ['q', 'z'], rows: [0] } },
    parseAs: 'text',
  });
  told.events = events.response.headers.get('content-type');
  const cancelled = await client.DELETE('/runs/{id}', { params });
  told.cancelled = cancelled.response.status;
  const gone = await client.GET('/runs/{id}', { params });
  told.gone = gone.error?.code;

  const job = await client.POST('/jobs', {
    params: { query: { route: '/attention' }, header: { 'idempotency-key': 'fetch' } },
    body: { query, key, value, scale: 1 },
  });
  if (job.data === undefined) throw new Error(job.error.detail);
  const ofJob = { params: { path: { id: job.data.job } } };
  const followed = await client.GET('/jobs/{id}/events', { ...ofJob, parseAs: 'text' });
  told.jobEvents = String(followed.data).includes('event: ended');
  told.job = (await client.GET('/jobs/{id}', ofJob)).data?.state;
  told.result = (await client.GET('/jobs/{id}/result', ofJob)).response.status;
  told.forgotten = (await client.DELETE('/jobs/{id}', ofJob)).response.status;

  const tokens = await client.POST('/tokenize', { body: { text: 'Attention!', tokenizer: 'o200k_base' } });
  if (tokens.data && 'tokenizer' in tokens.data && 'tokens' in tokens.data) {
    const ids = tokens.data.tokens.flatMap(({ id }) => (id === null ? [] : [id]));
    told.text = (await client.POST('/detokenize', { body: { ids } })).data;
    told.decoded = (await client.POST('/decode', { body: { ids } })).data;
  }
  const prompt = await client.POST('/tokenize', { body: { prompt: 'Attention!' } });
  if (prompt.data && 'max_model_len' in prompt.data) told.prompt = prompt.data.count;
  told.ticketSeconds = (await client.POST('/tickets')).data?.expires_in_seconds;
  told.tokenizers = (await client.GET('/tokenizers')).data?.tokenizers.map(({ name }) => name);

  const lesson = await client.GET('/examples');
  const [first] = lesson.data?.examples ?? [];
  const example = await client.GET('/examples/{name}', { params: { path: { name: first.name } } });
  const [request] = example.data?.requests ?? [];
  told.example = request.path === '/attention' ? request.body.query : request.body.text;

  told.index = (await client.GET('/')).data?.openapi_yaml;
  told.live = (await client.GET('/health/live')).data?.status;
  told.ready = (await client.GET('/health/ready')).data?.status;
  told.kernel = (await client.GET('/info')).data?.kernel.name;
  told.metrics = (await client.GET('/metrics', { parseAs: 'text' })).data?.includes('spotlight_ready 1');

  const inputs = [
    { name: 'query', shape: [1, 3], datatype: 'FP32', data: query },
    { name: 'key', shape: [3, 3], datatype: 'FP32', data: key },
    { name: 'value', shape: [3, 3], datatype: 'FP32', data: value },
  ];
  const model = { path: { model: 'attention' } } as const;
  const version = { path: { model: 'attention', version: '1' } } as const;
  const inferred = await client.POST('/v2/models/{model}/infer', {
    params: model,
    body: { id: '42', parameters: { scale: 1 }, inputs, outputs: [{ name: 'output' }] },
  });
  told.inferred = typeof inferred.data === 'object' ? inferred.data.outputs[0].shape : inferred.error;
  const unknown = await client.POST('/v2/models/{model}/versions/{version}/infer', {
    params: version,
    body: { inputs: [] },
  });
  told.inferenceError = unknown.error?.error;
  told.server = (await client.GET('/v2')).data?.extensions;
  told.inferenceLive = (await client.GET('/v2/health/live')).data?.live;
  told.inferenceReady = (await client.GET('/v2/health/ready')).data?.ready;
  told.model = (await client.GET('/v2/models/{model}', { params: model })).data?.name;
  told.version = (await client.GET('/v2/models/{model}/versions/{version}', { params: version })).data?.versions;
  told.modelReady = (await client.GET('/v2/models/{model}/ready', { params: model })).data?.ready;
  const path = '/v2/models/{model}/versions/{version}/ready';
  told.versionReady = (await client.GET(path, { params: version })).data?.name;
  return told;
}
