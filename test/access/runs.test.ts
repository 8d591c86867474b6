import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE } from '../http/serving.ts';
import { dial, lesson } from '../stream/dial.ts';
import { bearer, type Keyed, leaveWhileLookedAt, serveKeyed, startRun } from './keyed.ts';

let keyed: Keyed;
beforeAll(async () => {
  keyed = await serveKeyed({ logLevel: 'silent' });
});
afterAll(() => keyed.app.close());

const start = (key: string) => startRun(keyed.url, bearer(key));

async function ask(key: string, path: string, method = 'GET'): Promise<{ status: number; code?: string }> {
  const answer = await fetch(keyed.url + path, { method, headers: bearer(key) });
  const text = await answer.text();
  return { status: answer.status, ...(text.startsWith('{') && { code: JSON.parse(text).code }) };
}

const NOT_FOUND = { status: 404, code: 'run_not_found' };

describe('a run', () => {
  it('is there for whoever started it, and for nobody else', async () => {
    const { all, other } = keyed.keys;
    const run = await start(all);
    for (const path of [`/runs/${run}`, `/runs/${run}/events`]) {
      expect((await ask(all, path)).status, path).toBe(200);
      expect(await ask(other, path), path).toEqual(NOT_FOUND);
    }
    expect(await ask(other, `/runs/${run}`, 'DELETE')).toEqual(NOT_FOUND);
    expect(await ask(all, `/runs/${run}`, 'DELETE')).toEqual({ status: 204 });
    // Nor can others learn that it was.
    expect(await ask(all, `/runs/${run}`)).toEqual({ status: 410, code: 'run_cancelled' });
    expect(await ask(other, `/runs/${run}`)).toEqual(NOT_FOUND);
  });

  it('has no viewer who left while its key was looked at', async () => {
    const { all } = keyed.keys;
    const run = await start(all);
    await leaveWhileLookedAt(keyed, all, `GET /runs/${run}/events HTTP/1.1`);
    const { viewers } = (await (await fetch(`${keyed.url}/runs/${run}`, { headers: bearer(all) })).json()) as {
      viewers: number;
    };
    expect(viewers).toBe(0);
  });

  it('cannot be watched or ended over the stream of anybody else', async () => {
    const { all, other } = keyed.keys;
    const [own, foreign] = [await dial(keyed.url, { token: all }), await dial(keyed.url, { token: other })];
    own.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 100 });
    const { run } = await own.first('started', 'a');
    foreign.send({ type: 'watch', id: 'b', run, credits: 100 });
    expect((await foreign.first('error', 'b')).problem.code).toBe('run_not_found');
    foreign.send({ type: 'cancel', run });
    await foreign.until(() => foreign.of('error').length === 2);
    expect(foreign.of('error')[1].problem.code).toBe('run_not_found');
    // Its principal sees it over any connection, and over HTTP.
    const second = await dial(keyed.url, { token: all });
    second.send({ type: 'watch', id: 'c', run, credits: 100 });
    await second.first('done', 'c');
    expect(second.steps).toHaveLength(7);
    expect((await ask(all, `/runs/${run}`)).status).toBe(200);
    expect(await ask(other, `/runs/${run}`)).toEqual(NOT_FOUND);
    for (const { socket } of [own, foreign, second]) socket.close();
  });

  it('of ?stream=1 belongs to whoever asked', async () => {
    const headers = { ...JSON_TYPE, ...bearer(keyed.keys.all) };
    const body = JSON.stringify({ query: [[1]], key: [[1]], value: [[1]] });
    const answer = await fetch(`${keyed.url}/attention?stream=1`, { method: 'POST', headers, body });
    const location = answer.headers.get('location') ?? '';
    await answer.arrayBuffer();
    expect((await ask(keyed.keys.all, location)).status).toBe(200);
    expect(await ask(keyed.keys.other, location)).toEqual(NOT_FOUND);
  });

  it('stays with its owner when the key is another one of the same name', async () => {
    const { addKey } = await import('../../src/access/new-key.ts');
    const run = await start(keyed.keys.all);
    const next = addKey(keyed.file, { name: 'all', scopes: ['runs'] });
    keyed.app.access.reload();
    expect((await ask(next, `/runs/${run}`)).status).toBe(200);
  });
});
