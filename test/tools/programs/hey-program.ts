/** Uses every operation of the document through the functions that @hey-api/openapi-ts makes of them. */
import { client } from './hey/client.gen.js';
import * as spotlight from './hey/index.js';

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
  client.setConfig({ baseUrl, fetch });
  const told: Record<string, unknown> = {};

  const attention = await spotlight.attention({
    body: { query, key, value, scale: 1, softcap: null, attn_mask: null, outputs: ['lse'] },
  });
  if (attention.data === undefined) throw new Error(attention.error.code);
  if (typeof attention.data === 'object' && 'output' in attention.data) {
    if (Array.isArray(attention.data.output)) told.output = attention.data.output;
    told.lse = attention.data.lse;
  }
  const started = await spotlight.attention({ query: { stream: true, detail: 'row' }, body: { query, key, value } });
  told.location = started.response.headers.get('location');
  const mistaken = await spotlight.attention({ body: { query, key: [[1]], value } });
  told.mistake = mistaken.error?.code === 'shape_mismatch' ? mistaken.error.pointer : undefined;

  const square: spotlight.Matrix = [
    [1, 0],
    [0, 1],
  ];
  const many = await spotlight.multiHeadAttention({
    body: {
      query: square,
      key: square,
      value: square,
      num_heads: 1,
      in_proj_weight: [...square, ...square, ...square],
      out_proj_weight: square,
    },
  });
  if (typeof many.data === 'object' && 'meta' in many.data) told.meta = many.data.meta.shape;

  const diagnosis = await spotlight.diagnose({
    body: { query: square, key: square, value: square, expected_output: square },
  });
  if (typeof diagnosis.data === 'object' && 'verdict' in diagnosis.data) told.verdict = diagnosis.data.verdict;

  const words = await spotlight.textAttention({
    body: { text: 'The cat sat on the mat', heads: ['semantic'], focus: 'cat' },
  });
  if (typeof words.data === 'object' && 'tokens' in words.data) told.words = words.data.tokens.map(({ text }) => text);

  const run = await spotlight.startRun({
    body: { request: { kind: 'attention', query, key, value, scale: 1 }, detail: 'row' },
  });
  if (run.data === undefined) throw new Error(run.error.detail);
  const path = { id: run.data.run };
  told.steps = (await spotlight.getRun({ path })).data?.plan.names.map(({ name }) => name);
  const tile = await spotlight.getMatrix({
    path,
    query: { step: 'pattern', rows: '0:1', pool: [1, 3], by: 'mean' },
    headers: { accept: 'application/json' },
  });
  told.tile = tile.data;
  told.maxKey = (await spotlight.getRows({ path, query: { head: 0, rows: ':1' } })).data?.max_key;
  const { stream } = await spotlight.runEvents({
    path,
    query: { steps: ['q', 'z'], rows: [0] },
    sseMaxRetryAttempts: 1,
  });
  const seen: string[] = [];
  // 204 has no events, so the type of an event may be none.
  for await (const event of stream) if (event && 'formula' in event) seen.push(event.name);
  told.events = seen;
  told.cancelled = (await spotlight.cancelRun({ path })).response.status;
  told.gone = (await spotlight.getRun({ path })).error?.code;

  const job = await spotlight.startJob({
    query: { route: '/attention' },
    headers: { 'idempotency-key': 'hey' },
    body: { query, key, value, scale: 1 },
  });
  if (job.data === undefined) throw new Error(job.error.detail);
  const ofJob = { path: { id: job.data.job } };
  const followed = await spotlight.jobEvents({ ...ofJob, sseMaxRetryAttempts: 1 });
  told.jobEvents = false;
  for await (const event of followed.stream)
    if (event && 'state' in event && event.state === 'done') told.jobEvents = true;
  told.job = (await spotlight.getJob(ofJob)).data?.state;
  told.result = (await spotlight.getJobResult(ofJob)).response.status;
  told.forgotten = (await spotlight.deleteJob(ofJob)).response.status;

  const tokens = await spotlight.tokenize({ body: { text: 'Attention!', tokenizer: 'o200k_base' } });
  if (tokens.data && 'tokenizer' in tokens.data && 'tokens' in tokens.data) {
    const ids = tokens.data.tokens.flatMap(({ id }) => (id === null ? [] : [id]));
    told.text = (await spotlight.detokenize({ body: { ids } })).data;
    told.decoded = (await spotlight.decode({ body: { ids } })).data;
  }
  const prompt = await spotlight.tokenize({ body: { prompt: 'Attention!' } });
  if (prompt.data && 'max_model_len' in prompt.data) told.prompt = prompt.data.count;
  told.ticketSeconds = (await spotlight.createTicket()).data?.expires_in_seconds;
  told.tokenizers = (await spotlight.listTokenizers()).data?.tokenizers.map(({ name }) => name);

  const [first] = (await spotlight.listExamples()).data?.examples ?? [];
  const example = await spotlight.getExample({ path: { name: first.name } });
  if (typeof example.data === 'object' && 'requests' in example.data) {
    const [request] = example.data.requests;
    told.example = request.path === '/attention' ? request.body.query : request.body.text;
  }

  told.index = (await spotlight.getIndex()).data?.openapi_yaml;
  told.live = (await spotlight.live()).data?.status;
  told.ready = (await spotlight.ready()).data?.status;
  told.kernel = (await spotlight.info()).data?.kernel.name;
  told.metrics = (await spotlight.metrics()).data?.includes('spotlight_ready 1');

  const inputs = [
    { name: 'query', shape: [1, 3], datatype: 'FP32', data: query },
    { name: 'key', shape: [3, 3], datatype: 'FP32', data: key },
    { name: 'value', shape: [3, 3], datatype: 'FP32', data: value },
  ];
  const model = { path: { model: 'attention' } } as const;
  const version = { path: { model: 'attention', version: '1' } } as const;
  const inferred = await spotlight.infer({
    ...model,
    body: { id: '42', parameters: { scale: 1 }, inputs, outputs: [{ name: 'output' }] },
  });
  const { data } = inferred;
  told.inferred = typeof data === 'object' && 'outputs' in data ? data.outputs[0].shape : inferred.error;
  told.inferenceError = (await spotlight.inferVersion({ ...version, body: { inputs: [] } })).error?.error;
  told.server = (await spotlight.inferenceServer()).data?.extensions;
  told.inferenceLive = (await spotlight.inferenceLive()).data?.live;
  told.inferenceReady = (await spotlight.inferenceReady()).data?.ready;
  told.model = (await spotlight.inferenceModel(model)).data?.name;
  told.version = (await spotlight.inferenceModelVersion(version)).data?.versions;
  told.modelReady = (await spotlight.inferenceModelReady(model)).data?.ready;
  told.versionReady = (await spotlight.inferenceModelReadyVersion(version)).data?.name;
  return told;
}
