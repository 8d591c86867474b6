// Who uses the server in a soak: each asks again and again for one kind of thing, and says what was not as it must be.
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { SpotlightClient } from '../../client/dist/client.js';
import { JSON_TYPE, jsonBody, randomQkv, SAFETENSORS, safetensorsBody } from '../bodies.mjs';
import { poster } from '../post.mjs';

const WORDS = 'the cat sat on the mat and looked at the moon while a dog slept by the door of the old house'.split(' ');
const text = (words) => Array.from({ length: words }, (_, i) => WORDS[(i * 7) % WORDS.length]).join(' ');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const json = (value) => Buffer.from(JSON.stringify(value));
const rows = (length, dim) =>
  Array.from({ length }, (_, i) => Array.from({ length: dim }, (_, j) => ((i * 7 + j) % 13) / 13));

/** One who posts, and expects a status. */
const posting = (path, type, body, status = 200) => {
  let client;
  return async (server) => {
    client ??= poster(server);
    const answer = await client.post(path, type, body);
    if (answer.status !== status)
      throw new Error(`${path} answers ${answer.status}, not ${status}: ${answer.body.toString('utf8', 0, 200)}`);
  };
};

/** Sends a part of a request, and hangs up: within its header, its body, its computation or its answer. */
function hangingUp() {
  const body = jsonBody(256, 64);
  const head = `POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const whole = Buffer.concat([Buffer.from(head), body]);
  const cuts = [20, head.length + 1000, head.length + body.length / 2, whole.length];
  let turn = 0;
  return async ({ port }) => {
    const cut = cuts[turn++ % cuts.length];
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(whole.subarray(0, cut));
    if (turn % 8 < 4) await pause(turn % 20);
    else if (cut === whole.length) await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    socket.destroy();
    await pause(20);
  };
}

/** Starts a run and sees all of its steps over a WebSocket of its own; leaves every fourth in the middle. */
function watching() {
  const request = { kind: 'attention', query: rows(24, 16), key: rows(24, 16), value: rows(24, 16) };
  let turn = 0;
  return async ({ url }) => {
    const stream = new SpotlightClient({ baseUrl: url, WebSocket }).stream(request, { detail: 'row' });
    const leavesAt = turn++ % 4 === 3 ? 10 : Number.POSITIVE_INFINITY;
    let seen = 0;
    for await (const step of stream) {
      if (step.seq !== ++seen) throw new Error(`step ${step.seq} came after ${seen - 1}`);
      if (seen >= leavesAt) break;
    }
    if (leavesAt > seen && (await stream.summary).steps !== seen) throw new Error(`${seen} steps came`);
  };
}

/** Starts a run and reads its events, in two parts. */
function readingEvents() {
  const body = json({
    request: { kind: 'attention', query: rows(16, 8), key: rows(16, 8), value: rows(16, 8) },
    detail: 'row',
  });
  return async ({ url }) => {
    const started = await fetch(`${url}/runs`, { method: 'POST', headers: { 'content-type': JSON_TYPE }, body });
    const { run, plan } = await started.json();
    if (started.status !== 201) throw new Error(`/runs answers ${started.status}`);
    const part = await fetch(`${url}/runs/${run}/events`);
    for await (const _ of part.body) break;
    const events = await (await fetch(`${url}/runs/${run}/events`, { headers: { 'last-event-id': '5' } })).text();
    const steps = events.match(/^event: step$/gm)?.length ?? 0;
    if (steps !== plan.steps - 5) throw new Error(`${steps} steps behind the fifth of ${plan.steps}`);
  };
}

/** What is asked with pauses: so that a soak is work for the server, and not for its clients alone. */
const resting = (ms, act) => async (server) => {
  await act(server);
  await pause(ms);
};

/** A reader of pages and numbers. */
const getting =
  (path) =>
  async ({ url }) => {
    const answer = await fetch(url + path);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`);
  };

/** @returns {Record<string, (server: { url: string, port: number }) => Promise<void>>} */
export function actors() {
  const binary = (heads, length) => safetensorsBody(randomQkv({ heads, length, dim: 64 }), [heads, length, 64]);
  const large = binary(8, 512);
  return {
    tiny: resting(1, posting('/attention', JSON_TYPE, jsonBody(8, 4))),
    medium: resting(2, posting('/attention', JSON_TYPE, jsonBody(64, 64))),
    large: resting(20, posting('/attention', SAFETENSORS, large)),
    'large too': resting(30, posting('/attention', SAFETENSORS, large)),
    'large JSON': resting(50, posting('/attention', JSON_TYPE, jsonBody(512, 64))),
    binary: resting(5, posting('/attention', SAFETENSORS, binary(2, 128))),
    text: resting(5, posting('/attention/text', JSON_TYPE, json({ text: text(24) }))),
    tokenize: resting(5, posting('/tokenize', JSON_TYPE, json({ text: text(500), tokenizer: 'o200k_base' }))),
    'tokenize long': resting(
      200,
      posting('/tokenize', JSON_TYPE, json({ text: text(40_000), tokenizer: 'cl100k_base' })),
    ),
    watching: resting(20, watching()),
    events: resting(20, readingEvents()),
    scraping: resting(1000, getting('/metrics')),
    pages: resting(300, getting('/openapi.json')),
    'hanging up': hangingUp(),
    'wrong shapes': resting(
      10,
      posting('/attention', JSON_TYPE, json({ query: [[1, 2]], key: [[1, 2, 3]], value: [[1]] }), 422),
    ),
    'no JSON': resting(10, posting('/attention', JSON_TYPE, Buffer.from('{"query":'), 400)),
    'no route': resting(10, posting('/nowhere', JSON_TYPE, Buffer.from('{}'), 404)),
  };
}
