/** `npm run openapi`: writes openapi/openapi.yaml, the committed copy of what the server says at /openapi.json. */
import { writeFileSync } from 'node:fs';
import Fastify from 'fastify';
import { readConfig } from '../config.ts';
import { Streams } from '../stream/streams.ts';
import { type RoutesPool, routes } from './routes.ts';

function notServed(): never {
  throw new Error('this server only describes itself');
}

const nobody: RoutesPool = {
  isReady: false,
  kernel: { name: 'none', reason: 'nothing is computed', candidates: [] },
  load: { workers: 0, running: 0, waiting: 0, waitingBytes: 0 },
  admit: notServed,
  answerTiny: notServed,
  run: notServed,
  bodyMemory: notServed,
  release: notServed,
  perform: notServed,
  sharedMemory: notServed,
  giveBack: notServed,
};

const app = Fastify();
const config = readConfig();
const streams = new Streams({ pool: nobody, config, log: app.log });
routes(app, { pool: nobody, config, streams });
await app.ready();
const file = new URL('../../openapi/openapi.yaml', import.meta.url);
writeFileSync(file, app.swagger({ yaml: true }));
await app.close();
