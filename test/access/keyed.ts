/** Servers of this process whose keys are on, and the keys. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { addKey } from '../../src/access/new-key.ts';
import { ANYBODY, SCOPES, type Scope } from '../../src/access/principal.ts';
import type { Parts } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { JSON_TYPE, post, type Serving, serve, until } from '../http/serving.ts';
import { lesson } from '../stream/dial.ts';

/** A new folder for the files of a test. */
export const folder = () => mkdtempSync(join(tmpdir(), 'spotlight-access-'));

export interface Keyed extends Serving {
  file: string;
  /** One with all scopes, one of somebody else with all scopes, and one for each scope. */
  keys: Record<'all' | 'other' | Scope, string>;
}

export async function serveKeyed(settings: Partial<Config> = {}, pool?: Parts['pool']): Promise<Keyed> {
  const file = join(folder(), 'keys.json');
  const keys = {
    all: addKey(file, { name: 'all', scopes: SCOPES }),
    other: addKey(file, { name: 'other', scopes: SCOPES }),
    attention: addKey(file, { name: 'only-attention', scopes: ['attention'] }),
    runs: addKey(file, { name: 'only-runs', scopes: ['runs'] }),
    ops: addKey(file, { name: 'only-ops', scopes: ['ops'] }),
  };
  return { ...(await serve({ apiKeysFile: file, ...settings }, pool)), file, keys };
}

/** Starts a run of the lesson, and gives its id. */
export async function startRun(url: string, credentials: Record<string, string> = {}): Promise<string> {
  const body = JSON.stringify({ request: lesson, detail: 'whole' });
  const answer = await post(`${url}/runs`, body, { ...JSON_TYPE, ...credentials });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { run: string }).run;
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A file with a text in it. */
export function fileOf(text: string): string {
  const file = join(folder(), 'file.json');
  writeFileSync(file, text);
  return file;
}

/** Sends a request and leaves before its key has been looked at; resolves when the server has looked. */
export async function leaveWhileLookedAt({ app, port, url }: Serving, key: string, request: string): Promise<void> {
  const principal = app.access.identifyNow(key);
  let know = () => {};
  const looking = vi.spyOn(app.access, 'identify').mockImplementation(async () => {
    await new Promise<void>((resolve) => (know = resolve));
    return principal ?? ANYBODY;
  });
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => app.server.once('connection', (one) => one.once('close', resolve)));
  const [line, ...fields] = request.split('\r\n');
  socket.write([line, 'Host: x', `Authorization: Bearer ${key}`, ...fields, '', ''].join('\r\n'));
  await until(() => looking.mock.calls.length === 1);
  socket.destroy();
  await closed;
  know();
  looking.mockRestore();
  // By now it has gone on.
  await fetch(`${url}/health/live`);
}
