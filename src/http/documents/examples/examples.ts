import { attentionExamples } from './attention-examples.ts';
import { diagnoseExamples } from './diagnose-examples.ts';
import type { Example } from './example.ts';
import { inferExamples, inferenceServerExample } from './inference-examples.ts';
import { lessonExample, lessonListExample } from './lesson-examples.ts';
import { multiHeadExamples } from './multi-head-examples.ts';
import { runStartExamples } from './run-examples.ts';
import { shownExamples } from './shown-examples.ts';
import { textExamples } from './text-examples.ts';
import { decodeExamples, detokenizeExamples, tokenizeExamples, tokenizersExample } from './tokenize-examples.ts';

const index = {
  name: 'spotlight',
  about: 'Attention as a service: post query, key and value, get the exact attention output, fast and explained.',
  docs: '/docs',
  examples: '/examples',
  errors: '/docs/errors',
  openapi: '/openapi.json',
  openapi_yaml: '/openapi.yaml',
  asyncapi: '/asyncapi.json',
  asyncapi_yaml: '/asyncapi.yaml',
  info: '/info',
};

const info = {
  name: 'spotlight',
  version: '1.0.0',
  node: '24.0.0',
  sharing: 'none',
  redis: null,
  access: 'open',
  kernel: {
    name: 'wasm',
    reason: 'the fastest that passed the self-test',
    candidates: [{ name: 'wasm', ok: true, detail: 'largest error 2.4e-7 against the reference' }],
  },
  workers: 4,
  load: { running: 1, waiting: 1, waiting_bytes: 393216 },
  limits: {
    max_body_bytes: 67108864,
    max_elements: 33554432,
    max_output_bytes: 268435456,
    max_text_bytes: 4194304,
    max_queue: 1024,
    max_queue_bytes: 536870912,
    max_run_bytes: 268435456,
    step_cache_bytes: 67108864,
    memory_bytes: 8589934592,
    deadline_ms: 60000,
    caller: { request_rate: null, request_burst: null, work_rate: null, work_burst: null, concurrency: null },
  },
  uptime_seconds: 12.5,
};

const ticket = { ticket: 'RG8gbm90IGd1ZXNzLCBhc2sgZm9yIG9uZSBpbnN0ZWE', expires_in_seconds: 30 };

const get = (answer: unknown) => ({ get: [{ name: 'answer', summary: 'The answer', status: 200, answer }] });

/** By path and method. */
export const examples: Record<string, Record<string, readonly Example[]>> = {
  '/': get(index),
  '/attention': { post: attentionExamples },
  '/attention/multi-head': { post: multiHeadExamples },
  '/attention/diagnose': { post: diagnoseExamples },
  '/attention/text': { post: [...textExamples, ...shownExamples] },
  '/examples': { get: [lessonListExample] },
  '/examples/{name}': { get: [lessonExample] },
  '/health/live': get({ status: 'live' }),
  '/health/ready': get({ status: 'ready' }),
  '/info': get(info),
  '/runs': { post: runStartExamples },
  '/tickets': { post: [{ name: 'answer', summary: 'The answer', status: 200, answer: ticket }] },
  '/tokenize': { post: tokenizeExamples },
  '/detokenize': { post: detokenizeExamples },
  '/decode': { post: decodeExamples },
  '/tokenizers': get(tokenizersExample),
  '/v2': get(inferenceServerExample),
  '/v2/health/live': get({ live: true }),
  '/v2/health/ready': get({ live: true, ready: true }),
  '/v2/models/{model}/infer': { post: inferExamples },
};
