/** The hostile bodies that a reader alone must refuse, and how JSON breaks off in each of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attentionTensorFields } from '../../src/codec/attention-options.ts';
import { readJson } from '../../src/codec/json/json.ts';
import { parseJson } from '../../src/codec/json/json-text.ts';
import { readSafetensors } from '../../src/codec/safetensors.ts';
import { RequestError } from '../../src/errors.ts';
import { allocate, limits } from './reading.ts';

type Part = string | { b64: string } | { zeros: number } | { repeat: string; times: number };
interface HostileCase {
  group: string;
  name: string;
  path: string;
  headers?: Record<string, string>;
  body: Part[];
  expect: { status: number[]; pointer?: string };
}

const manifest: HostileCase[] = JSON.parse(readFileSync(new URL('../hostile/manifest.json', import.meta.url), 'utf8'));
const cases = manifest.filter(({ group, path }) => /^(json|tensor|binary)$/.test(group) && path === '/attention');

function bytesOf(part: Part): Buffer {
  if (typeof part === 'string') return Buffer.from(part);
  if ('b64' in part) return Buffer.from(part.b64, 'base64');
  return 'zeros' in part ? Buffer.alloc(part.zeros) : Buffer.from(part.repeat.repeat(part.times));
}

const bodyOf = ({ body }: HostileCase) => Buffer.concat(body.map(bytesOf));

/** What the reader of the case's type says; `undefined` when it reads the body. */
function refusalOf(hostile: HostileCase): RequestError | undefined {
  const read = hostile.headers?.['content-type']?.includes('safetensors') ? readSafetensors : readJson;
  try {
    read(bodyOf(hostile), attentionTensorFields, limits, allocate);
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}

describe('a hostile body', () => {
  it.each(cases.filter(({ expect: { status } }) => status.every((code) => code === 400)))(
    'that cannot be parsed is refused with 400: $name',
    (hostile) => {
      expect(refusalOf(hostile)?.status).toBe(400);
    },
  );

  it.each(cases)('is refused as promised, or left to the next room: $name', (hostile) => {
    const refusal = refusalOf(hostile);
    if (refusal === undefined) return;
    expect(hostile.expect.status).toContain(refusal.status);
    const promised = refusal.status < 422 ? '' : (hostile.expect.pointer ?? '');
    expect(refusal.pointer ?? '').toMatch(new RegExp(`^${promised}`));
  });

  it('is JSON exactly when JSON.parse says so', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for (const hostile of cases) {
      const body = bodyOf(hostile);
      expect([hostile.name, isJson(body)]).toEqual([hostile.name, succeeds(() => JSON.parse(decoder.decode(body)))]);
    }
  });
});

/** Whether the reader takes a body for JSON, be it more of it than any request needs. */
function isJson(body: Buffer): boolean {
  try {
    parseJson(body, limits);
    return true;
  } catch (error) {
    return error instanceof RequestError && error.status !== 400;
  }
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
