import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { clientMessages } from '../../../src/stream/client-messages.ts';
import { CLOSE_CODES } from '../../../src/stream/close-codes.ts';
import { serverMessages } from '../../../src/stream/protocol.ts';
import { dial, lesson } from '../../stream/dial.ts';
import { type Serving, serve } from '../serving.ts';

interface Document {
  info: { description: string };
  components: { schemas: Record<string, object>; messages: Record<string, object> };
}

const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');

let serving: Serving;
let served: Document;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
  served = (await (await fetch(`${serving.url}/asyncapi.json`)).json()) as Document;
});
afterAll(() => serving.app.close());

/** Checks a message against the document alone. */
function checker(): (name: string, message: unknown) => string {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...served });
  return (name, message) => {
    const check = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    return check(message) ? '' : ajv.errorsText(check.errors);
  };
}

describe('the AsyncAPI document', () => {
  it('is the committed one', () => {
    const committed = readFileSync(new URL('../../../openapi/asyncapi.yaml', import.meta.url), 'utf8');
    expect(served, 'run `npm run openapi`').toEqual(parse(committed));
  });

  it('is what the specification of AsyncAPI 3 calls one', () => {
    // The specification brings its own copy of JSON Schema's.
    const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
    const check = ajv.compile(specification);
    expect(check(served), ajv.errorsText(check.errors)).toBe(true);
    expect(check({ ...served, channels: 'none' })).toBe(false);
  });

  it('describes every message and every close code', () => {
    const names = Object.keys(served.components.messages);
    for (const type of Object.keys(clientMessages)) expect(names).toContain(`client.${type}`);
    for (const type of Object.keys(serverMessages)) expect(names).toContain(`server.${type}`);
    for (const code of Object.keys(CLOSE_CODES)) expect(served.info.description).toContain(code);
  });

  it('refers only to what it has', () => {
    const refs = [...JSON.stringify(served).matchAll(/"#\/components\/(schemas|messages)\/([^"]+)"/g)];
    expect(refs.length).toBeGreaterThan(20);
    for (const [, kind, name] of refs) expect(Object.keys(Reflect.get(served.components, kind))).toContain(name);
  });

  it('is true of what is said, in both directions', async () => {
    const faultOf = checker();
    const client = await dial(serving.url);
    const said: Record<string, unknown>[] = [
      { type: 'start', id: 'a', request: lesson, detail: 'row', credits: 100, only: { rows: [0] }, paused: true },
      { type: 'speed', id: 'a', steps_per_second: null },
      { type: 'resume', id: 'a' },
      { type: 'credit', id: 'a', n: 1 },
      { type: 'pause', id: 'a' },
      { type: 'step', id: 'a' },
      { type: 'resume', id: 'a' },
      { type: 'ping', t: 1 },
      { type: 'cancel', run: 'nope' },
    ];
    for (const message of said) {
      expect(faultOf(`client.${message.type}`, message)).toBe('');
      client.send(message);
    }
    await client.first('done');
    await client.first('error');
    const types = new Set(client.messages.map(({ type }) => type));
    expect([...types].sort()).toEqual(['done', 'error', 'pong', 'started', 'step', 'welcome']);
    for (const message of client.messages) expect(faultOf(`server.${message.type}`, message), message.type).toBe('');
    expect(faultOf('client.credit', { type: 'credit', id: 'a', n: 0 })).not.toBe('');
    expect(faultOf('server.step', { ...client.steps[0], seq: 0 })).not.toBe('');
    client.socket.close();
  });
});
