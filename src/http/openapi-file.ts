/** `npm run openapi`: writes openapi/, the committed copies of what the server says at /openapi.json and /asyncapi.json. */
import { writeFileSync } from 'node:fs';
import Fastify from 'fastify';
import { Access } from '../access/access.ts';
import { readConfig } from '../config/config.ts';
import { JobCounts } from '../jobs/job-counts.ts';
import { Callers } from '../limits/callers.ts';
import { HeldBytes } from '../pressure/held-bytes.ts';
import { Streams } from '../stream/streams.ts';
import { asyncapiYaml, openapiYaml } from './documents/documents.ts';
import { type RoutesPool, routes } from './routes/routes.ts';
import { Origins } from './transport/origins.ts';

function notServed(): never {
  throw new Error('this server only describes itself');
}

const nobody: RoutesPool = {
  isReady: false,
  refusal: undefined,
  kernel: { name: 'none', reason: 'nothing is computed', candidates: [] },
  tokenizers: [],
  work: { multiplyAdds: 0, kernelMs: 0 },
  load: { workers: 0, running: 0, busyMs: 0, waiting: 0, waitingBytes: 0 },
  admit: notServed,
  announce: notServed,
  run: notServed,
  memory: { body: notServed, release: notServed, shared: notServed, giveBack: notServed },
  perform: notServed,
};

const app = Fastify();
const config = readConfig();
const access = new Access(config, app.log);
const streams = new Streams({ pool: nobody, config, log: app.log, onRefused: notServed, authorize: notServed });
const jobs = { isDurable: false, counts: new JobCounts() };
const noJobs = { take: notServed, find: notServed, result: notServed, remove: notServed, watch: notServed };
routes(app, {
  pool: nobody,
  tiny: { answer: notServed, work: nobody.work },
  config,
  streams,
  jobs: { ...jobs, ...noJobs, close: notServed },
  held: new HeldBytes(config.maxQueueBytes, config.clientSharePercent),
  origins: new Origins([]),
  connections: { isDraining: false },
  access,
  callers: new Callers({}),
  metrics: { scrape: notServed },
  redis: undefined,
  sharing: undefined,
});
await app.ready();
const folder = new URL('../../openapi/', import.meta.url);
writeFileSync(new URL('openapi.yaml', folder), openapiYaml(app));
writeFileSync(new URL('asyncapi.yaml', folder), asyncapiYaml());
await app.close();
