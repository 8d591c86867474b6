// Whoever is told of the ends of jobs: checks signatures, and does not take every message.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** One message in so many is answered with 500, but no job's more than twice: ten tries would outlast the job. */
const REFUSED_PART = 0.2;
const MOST_REFUSED = 2;

/** @param onJob gets what each signed message says of its job */
export async function startHook(onJob) {
  const key = randomBytes(32);
  const counts = { messages: 0, refused: 0, badSignatures: 0 };
  /** How often each id was taken and refused. */
  const told = new Map();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    counts.messages++;
    const id = String(request.headers['webhook-id']);
    if (!isSigned(request.headers, body, key) || JSON.parse(body).job !== id) {
      counts.badSignatures++;
      response.writeHead(400).end();
      return;
    }
    onJob(JSON.parse(body));
    const of = told.get(id) ?? { taken: 0, refused: 0 };
    told.set(id, of);
    if (of.refused < MOST_REFUSED && Math.random() < REFUSED_PART) {
      of.refused++;
      counts.refused++;
      response.writeHead(500).end();
    } else {
      of.taken++;
      response.writeHead(204).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    secret: `whsec_${key.toString('base64')}`,
    counts,
    /** Ids whose end was taken. */
    taken: () => [...told].flatMap(([id, { taken }]) => (taken > 0 ? [id] : [])),
  };
}

/** As docs/jobs.md tells receivers to. */
function isSigned(headers, body, key) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  const given = Buffer.from(String(headers['webhook-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
