import { afterEach, describe, expect, it, vi } from 'vitest';
import { SpotlightClient } from '../../client/src/client.ts';
import { scriptedSockets } from './scripted-socket.ts';

/** Nothing that is refused here may be sent: the client has no network. */
const sent = vi.fn<typeof fetch>(() => Promise.reject(new Error('something was sent')));
const sockets = scriptedSockets();
const client = new SpotlightClient({ baseUrl: 'http://example.org', fetch: sent, WebSocket: sockets.WebSocket });
afterEach(() => {
  expect(sent).not.toHaveBeenCalled();
  expect(sockets.made).toBe(0);
});

const misuse = (pointer: string, said: string | RegExp = /./) =>
  expect.objectContaining({
    name: 'SpotlightError',
    code: 'invalid_argument',
    status: undefined,
    pointer,
    isTemporary: false,
    detail: expect.stringMatching(said),
  });

/** A caller without types: what it passes is checked when it runs. */
function untyped(value: unknown): never;
function untyped(value: unknown): unknown {
  return value;
}
const tensors = { query: [[1]], key: [[1]], value: [[1]] };
const request = { kind: 'attention', ...tensors } as const;

const NOT_COUNTS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '4', null, {}];
const NOT_FLAGS = [0, 1, 'true', null];
const NOT_OBJECTS = [null, 1, 'x', [], true];
const NOT_SIGNALS = [{}, 'now', 1, null];
const NOT_FORMS = ['arrays', 'JSON', '', 'toString', 1, null];

describe('an option of a stream', () => {
  const wrong: [string, unknown[]][] = [
    ['window', NOT_COUNTS],
    ['paused', NOT_FLAGS],
    ['tensors', NOT_FORMS],
    ['signal', NOT_SIGNALS],
    ['retries', NOT_OBJECTS],
    ['only', NOT_OBJECTS],
  ];
  const cases = wrong.flatMap(([name, values]) => values.map((value) => ({ name, value })));

  it.each(cases)('$name: $value is refused at the call, by stream and by watch', ({ name, value }) => {
    expect(() => client.stream(request, untyped({ detail: 'row', [name]: value }))).toThrow(misuse(`/${name}`));
    expect(() => client.watch('r', untyped({ [name]: value }))).toThrow(misuse(`/${name}`));
  });

  it.each([
    ['attempts', [0, -1, 1.5, Number.NaN, '3', null]],
    ['baseMs', [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '3', null]],
    ['maxMs', [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '3', null]],
    ['deadlineMs', [-1, Number.NaN, 2 ** 31, '3', null]],
    ['tries', [3]],
  ])('retries.%s is refused when no timer could be set by it', (name, values) => {
    for (const value of values) {
      const retries = untyped({ [name]: value });
      expect(() => client.watch('r', { retries })).toThrow(misuse(`/retries/${name}`));
      expect(() => new SpotlightClient({ baseUrl: 'http://x', retries })).toThrow(misuse(`/retries/${name}`));
    }
  });

  it.each([
    [{ steps: [] }, '/only/steps'],
    [{ steps: 'z' }, '/only/steps'],
    [{ steps: ['z', 'pattrn'] }, '/only/steps/1'],
    [{ heads: [] }, '/only/heads'],
    [{ heads: [-1] }, '/only/heads/0'],
    [{ heads: [0, Number.NaN] }, '/only/heads/1'],
    [{ rows: [0.5] }, '/only/rows/0'],
    [{ rows: ['0'] }, '/only/rows/0'],
    [{ keys: [0] }, '/only/keys'],
  ])('only: %j is refused', (only, pointer) => {
    expect(() => client.watch('r', untyped({ only }))).toThrow(misuse(pointer));
  });

  it.each(['rows', '', 'Row', undefined, null, 1])('detail: %j is refused', async (detail) => {
    expect(() => client.stream(request, untyped({ detail }))).toThrow(misuse('/detail', 'whole, head, row, tile'));
    await expect(client.runs.start(request, untyped({ detail }))).rejects.toThrow(misuse('/detail'));
  });

  it.each([
    ['tile_rows', 257],
    ['tile_keys', 4097],
    ['tile_rows', 0],
    ['tile_keys', Number.NaN],
  ])('%s: %d is refused', (name, value) => {
    const stepping = { detail: 'tile', [name]: value };
    expect(() => client.stream(request, untyped(stepping))).toThrow(misuse(`/${name}`));
  });

  it('is refused when it is not an option of the method', () => {
    expect(() => client.stream(request, untyped({ detail: 'row', windw: 3 }))).toThrow(
      misuse('/windw', 'there is no option "windw"; there are .*window'),
    );
    // A run is watched as it was cut.
    expect(() => client.watch('r', untyped({ detail: 'row' }))).toThrow(misuse('/detail'));
    expect(() => client.stream(request, untyped({ detail: 'row', after: 3 }))).toThrow(misuse('/after'));
    expect(() => client.stream(request, untyped({ detail: 'row', onRestart: 'log' }))).toThrow(misuse('/onRestart'));
    expect(() => client.watch('r', untyped({ onConnection: 'log' }))).toThrow(misuse('/onConnection'));
    expect(() => client.stream(request, untyped(undefined))).toThrow(misuse('/options'));
    expect(() => client.watch('r', untyped(3))).toThrow(misuse('/options'));
  });

  it.each([-1, 0.5, Number.NaN, '3', 2 ** 31])('after: %s is refused', (after) => {
    expect(() => client.watch('r', untyped({ after }))).toThrow(misuse('/after'));
  });
});

describe('a run to be watched', () => {
  it.each(['', 'x'.repeat(65), '\ud800', 1, null, undefined, {}])('is refused by the id %j', async (id) => {
    expect(() => client.watch(untyped(id))).toThrow(misuse('/run'));
    await expect(client.runs.get(untyped(id))).rejects.toThrow(misuse('/id'));
    await expect(client.runs.delete(untyped(id))).rejects.toThrow(misuse('/id'));
  });
});

describe('a pace', () => {
  const still = () => {
    const own = scriptedSockets();
    return new SpotlightClient({ baseUrl: 'http://example.org', WebSocket: own.WebSocket }).watch('r');
  };

  it.each([0, -1, 0.001, 10_001, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])(
    'of %s is refused',
    async (speed) => {
      const stream = still();
      expect(() => stream.speed(untyped(speed))).toThrow(misuse('/stepsPerSecond', 'from 0.01 to 10000'));
      await stream.return();
    },
  );

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])('cannot go to step %s', async (to) => {
    const stream = still();
    expect(() => stream.seek(untyped(to))).toThrow(misuse('/to'));
    await stream.return();
  });
});

describe('an option of a call', () => {
  const calls: [string, (options: never) => Promise<unknown>][] = [
    ['attention', (options) => client.attention(tensors, options)],
    ['multiHead', (options) => client.multiHead({ ...tensors, num_heads: 1, out_proj_weight: [[1]] }, options)],
    ['text', (options) => client.text({ text: 'a' }, options)],
    ['tokenize', (options) => client.tokenize({ text: 'a' }, options)],
    ['detokenize', (options) => client.detokenize({ ids: [1] }, options)],
    ['decode', (options) => client.decode({ ids: [1] }, options)],
    ['tokenizers', (options) => client.tokenizers(options)],
    ['examples', (options) => client.examples(options)],
    ['example', (options) => client.example('library-search', options)],
    ['info', (options) => client.info(options)],
    ['live', (options) => client.live(options)],
    ['ready', (options) => client.ready(options)],
    ['runs.start', (options) => client.runs.start(request, { detail: 'row' }, options)],
    ['runs.get', (options) => client.runs.get('r', options)],
    ['runs.delete', (options) => client.runs.delete('r', options)],
  ];

  it.each(calls)('is refused by %s, which rejects and never throws', async (_name, call) => {
    for (const signal of NOT_SIGNALS) await expect(call(untyped({ signal }))).rejects.toThrow(misuse('/signal'));
    for (const retries of NOT_OBJECTS) await expect(call(untyped({ retries }))).rejects.toThrow(misuse('/retries'));
    await expect(call(untyped({ timeout: 5 }))).rejects.toThrow(misuse('/timeout', 'there is no option'));
    await expect(call(untyped(null))).rejects.toThrow(misuse('/options'));
  });

  it.each(NOT_FORMS)('tensors: %j is refused', async (form) => {
    await expect(client.attention(tensors, untyped({ tensors: form }))).rejects.toThrow(
      misuse('/tensors', 'json, numbers, typed'),
    );
  });

  it.each(['png', '', 'SVG', 1, null])('format: %j is refused', async (format) => {
    await expect(client.text({ text: 'a' }, untyped({ format }))).rejects.toThrow(misuse('/format', 'json, text, svg'));
    await expect(client.example('x', untyped({ format }))).rejects.toThrow(misuse('/format'));
    await expect(client.attention(tensors, untyped({ format }))).rejects.toThrow(misuse('/format', 'text, svg'));
  });

  it('names of examples are texts', async () => {
    for (const name of ['', 5, undefined, '\udc00']) {
      await expect(client.example(untyped(name))).rejects.toThrow(misuse('/name'));
    }
    await expect(client.example('x', { request: '' })).rejects.toThrow(misuse('/request'));
  });
});

describe('a request', () => {
  it.each([undefined, null, 1, 'x', []])('is refused when it is %j', async (wrong) => {
    await expect(client.attention(untyped(wrong))).rejects.toThrow(misuse('/request', 'an object'));
    await expect(client.text(untyped(wrong ?? null))).rejects.toThrow(misuse('/request'));
    await expect(client.runs.start(untyped(wrong), { detail: 'row' })).rejects.toThrow(misuse('/request'));
    expect(() => client.stream(untyped(wrong), { detail: 'row' })).toThrow(misuse('/request'));
  });

  it.each([undefined, '', 'attend', 'Text', 1])('of kind %j is none', (kind) => {
    expect(() => client.stream(untyped({ ...tensors, kind }), { detail: 'row' })).toThrow(misuse('/request/kind'));
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  it.each([
    ['NaN in a list, which JSON would call null', { query: [[1, Number.NaN]] }, '/query/0/1'],
    ['an infinity in a list', { key: [[Number.NEGATIVE_INFINITY]] }, '/key/0/0'],
    ['+∞ in a mask', { attn_mask: [[Number.POSITIVE_INFINITY]] }, '/attn_mask/0/0'],
    ['NaN as an option, which JSON would leave out', { scale: Number.NaN }, '/scale'],
    ['NaN within an option', { window: { left: Number.NaN } }, '/window/left'],
    ['a hole in a list', { query: [[1, undefined]] }, '/query/0/1'],
    ['a bigint', { query: [[1n]] }, '/query/0/0'],
    ['a function', { scale: () => 1 }, '/scale'],
    ['a typed array without a shape', { query: Float32Array.of(1) }, '/query'],
    ['a typed array in a list', { query: [Float32Array.of(1)] }, '/query/0'],
    ['a typed array as an option', { alibi_slopes: Float32Array.of(1) }, '/alibi_slopes'],
    ['a list that holds itself', { query: cyclic }, `/query${'/0'.repeat(16)}`],
    ['a shape that is not its array', { query: { shape: [2, 2], data: new Float32Array(3) } }, '/query/data'],
    ['a shape of fractions', { query: { shape: [0.5, 2], data: new Float32Array(1) } }, '/query/shape'],
    ['no shape', { query: { data: new Float32Array(1) } }, '/query/shape'],
    ['integers, which are no dtype', { query: { shape: [1], data: new Int32Array(1) } }, '/query/data'],
    ['bits of unknown meaning', { query: { shape: [1], data: new Uint16Array(1) } }, '/query/data'],
    [
      'an array of another dtype',
      { query: { shape: [1], dtype: 'float16', data: new Float32Array(1) } },
      '/query/data',
    ],
    ['an unknown dtype', { query: { shape: [1], dtype: 'int8', data: new Int8Array(1) } }, '/query/dtype'],
    ['a view of bytes', { query: { shape: [1], data: new DataView(new ArrayBuffer(4)) } }, '/query/data'],
  ])('is refused for %s', async (_name, fields, pointer) => {
    await expect(client.attention(untyped({ ...tensors, ...fields }))).rejects.toThrow(misuse(pointer));
    await expect(client.attention(untyped({ ...tensors, ...fields }), { tensors: 'typed' })).rejects.toThrow(
      misuse(pointer),
    );
    expect(() => client.stream(untyped({ ...request, ...fields }), { detail: 'row' })).toThrow(misuse(pointer));
    await expect(client.runs.start(untyped({ ...request, ...fields }), { detail: 'row' })).rejects.toThrow(
      misuse(pointer),
    );
  });

  it('for words and tokens is held to the same', async () => {
    await expect(client.text({ text: 'a', temperature: Number.NaN })).rejects.toThrow(misuse('/temperature'));
    await expect(client.text({ text: 'a', vectors: { a: [Number.NaN] } })).rejects.toThrow(misuse('/vectors/a/0'));
    await expect(client.tokenize({ text: 'a', max_length: Number.NaN })).rejects.toThrow(misuse('/max_length'));
    await expect(client.decode({ ids: [Number.NaN] })).rejects.toThrow(misuse('/ids/0'));
    await expect(client.detokenize({ ids: [Number.POSITIVE_INFINITY] })).rejects.toThrow(misuse('/ids/0'));
  });
});

describe('a client', () => {
  it.each([
    undefined,
    null,
    5,
    '',
    '/api',
    'api',
    'ftp://x',
    'ws://x',
    'http://',
    'http://x?y',
    'http://x#y',
    'http://a:b@x',
  ])('is not made for the base %j, outside of a page', (baseUrl) => {
    expect(() => new SpotlightClient(untyped({ baseUrl }))).toThrow(misuse('/baseUrl', 'a URL of http or https'));
  });

  it.each([
    ['fetch', 'fetch'],
    ['WebSocket', {}],
    ['url', 'http://x'],
  ])('is not made with %s: %j', (name, value) => {
    expect(() => new SpotlightClient(untyped({ baseUrl: 'http://x', [name]: value }))).toThrow(misuse(`/${name}`));
  });

  it.each(['', 'two words', 'line\nbreak', 'ключ', 5])(
    'is not made with the token %j, which is not repeated',
    (token) => {
      const make = () => new SpotlightClient(untyped({ baseUrl: 'http://x', token }));
      expect(make).toThrow(misuse('/token', /^token must be a text of 1 to 4096 visible ASCII characters$/));
    },
  );

  it('takes undefined for what is not given', () => {
    const nothing = { signal: undefined, retries: { attempts: undefined }, window: undefined, only: undefined };
    const own = scriptedSockets();
    const bare = new SpotlightClient({
      baseUrl: new URL('http://example.org'),
      token: undefined,
      fetch: undefined,
      WebSocket: own.WebSocket,
      retries: undefined,
    });
    void bare.stream(request, { detail: 'row', ...nothing }).return();
    expect(own.made).toBe(1);
  });
});
