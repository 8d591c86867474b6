import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tokenizersDir = fileURLToPath(new URL('../../text/hugging-face', import.meta.url));

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'warn', tokenizersDir });
});
afterAll(() => serving.app.close());

async function ask(path: string, body: unknown): Promise<{ status: number; answer: Record<string, unknown> }> {
  const answer = await post(serving.url + path, JSON.stringify(body));
  return { status: answer.status, answer: (await answer.json()) as Record<string, unknown> };
}

describe('POST /tokenize', () => {
  it('answers in the shape of text', async () => {
    const { status, answer } = await ask('/tokenize', { text: 'hello', tokenizer: 'gpt2' });
    expect(status).toBe(200);
    // 31373 is "hello" in GPT-2's vocab.json.
    expect(answer).toEqual({
      tokenizer: 'r50k_base',
      count: 1,
      tokens: [{ id: 31373, text: 'hello', start: 0, end: 5, byte_start: 0, byte_end: 5, special: false }],
    });
  });

  it('answers clients of vLLM in their shape', async () => {
    const { answer } = await ask('/tokenize', { model: 'gpt2', prompt: 'hello', add_special_tokens: true });
    expect(answer).toEqual({ count: 1, max_model_len: 4194304, tokens: [31373] });
    const named = await ask('/tokenize', { prompt: 'hello', tokenizer: 'gpt2', return_token_strs: true });
    expect(named.answer).toMatchObject({ tokens: [31373], token_strs: ['hello'] });
  });

  it('answers clients of text-embeddings-inference in theirs, one list a text', async () => {
    const one = await ask('/tokenize', { inputs: 'the cat', tokenizer: 'word-piece', add_special_tokens: true });
    const [tokens] = Object.values(one.answer) as { text: string; special: boolean; start: number; stop: number }[][];
    expect(tokens.map(({ text, special, start, stop }) => [text, special, start, stop])).toEqual([
      ['[CLS]', true, null, null],
      ['the', false, 0, 3],
      ['cat', false, 4, 7],
      ['[SEP]', true, null, null],
    ]);
    const two = await ask('/tokenize', { inputs: ['hello', 'é'], tokenizer: 'gpt2', prompt_name: null });
    expect(Object.values(two.answer)).toEqual([
      [{ id: 31373, text: 'hello', special: false, start: 0, stop: 5 }],
      [{ id: 2634, text: 'é', special: false, start: 0, stop: 2 }],
    ]);
  });

  const faults: [body: unknown, status: number, code: string, pointer: string | undefined][] = [
    [{}, 422, 'missing_field', '/text'],
    [[], 422, 'not_an_object', undefined],
    [{ text: 5 }, 422, 'invalid_option', '/text'],
    [{ text: 'a', txet: 'b' }, 422, 'unknown_field', '/txet'],
    [{ texts: ['a', null] }, 422, 'invalid_option', '/texts/1'],
    [{ text: 'a', texts: ['a'] }, 422, 'conflicting_options', '/texts'],
    [{ text: 'a', prompt: 'a' }, 422, 'conflicting_options', '/prompt'],
    [{ text: 'a', tokenizer: 'o200k' }, 422, 'invalid_option', '/tokenizer'],
    [{ text: 'a', tokenizer: '__proto__' }, 422, 'invalid_option', '/tokenizer'],
    [{ prompt: 'a', model: 'nobody/knows' }, 422, 'invalid_option', '/model'],
    [{ prompt: 'a', chunk: { size: 3 } }, 422, 'unknown_field', '/chunk'],
    [{ inputs: [1] }, 422, 'invalid_option', '/inputs/0'],
    [{ inputs: 'a', prompt_name: 'query' }, 422, 'invalid_option', '/prompt_name'],
    [{ text: 'a', max_length: 0 }, 422, 'invalid_option', '/max_length'],
    [{ text: 'a', truncation: 'middle' }, 422, 'invalid_option', '/truncation'],
    [{ text: 'a', chunk: { size: 0 } }, 422, 'invalid_option', '/chunk/size'],
    [{ text: 'a', chunk: { size: 2, step: 1 } }, 422, 'unknown_field', '/chunk/step'],
    [{ text: 'a', allowed_special: 'some' }, 422, 'invalid_option', '/allowed_special'],
    [{ text: 'a', add_special_tokens: 'yes' }, 422, 'invalid_option', '/add_special_tokens'],
  ];
  it.each(faults)('points at what is wrong with %j', async (body, status, code, pointer) => {
    const { status: got, answer } = await ask('/tokenize', body);
    expect({ status: got, code: answer.code, pointer: answer.pointer }).toEqual({ status, code, pointer });
  });

  it('says with what a field goes that has no meaning beside this one', async () => {
    const { answer } = await ask('/tokenize', { prompt: 'a', max_length: 5 });
    expect(answer.detail).toBe('max_length goes with text or texts, not with prompt');
  });

  it('says what ids are', async () => {
    const { answer } = await ask('/detokenize', { ids: [-1] });
    expect(answer).toMatchObject({ pointer: '/ids/0', detail: expect.stringMatching(/integers of at least 0/) });
  });

  it('points at texts that are too long for all tokenizers', async () => {
    const body = { text: 'a '.repeat(2_200_000), tokenizer: 'word-piece' };
    expect(await ask('/tokenize', body)).toMatchObject({ status: 413, answer: { pointer: '/text' } });
  });

  it('refuses text that is no UTF-8, and says where', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"a'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    const answer = await post(`${serving.url}/tokenize`, Uint8Array.from(body));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_encoding', offset: 10 });
  });

  it('reads an escaped half of a surrogate pair as U+FFFD', async () => {
    const answer = await post(`${serving.url}/tokenize`, '{"text":"\\ud83d","tokenizer":"words"}');
    expect(await answer.json()).toMatchObject({ tokens: [{ text: '\ufffd', start: 0, end: 1, byte_end: 3 }] });
  });

  it('takes and gives JSON only', async () => {
    const url = `${serving.url}/tokenize`;
    const body = '{"text":"a"}';
    expect((await post(url, body, { 'content-type': 'application/vnd.safetensors' })).status).toBe(415);
    expect((await post(url, body, { ...JSON_TYPE, accept: 'text/html' })).status).toBe(406);
    expect((await post(url, body, { ...JSON_TYPE, accept: '*/*' })).status).toBe(200);
  });

  it('refuses ten megabytes before it reads them', async () => {
    const { status, answer } = await ask('/tokenize', { text: 'a '.repeat(5_000_000) });
    expect(status).toBe(413);
    expect(answer).toMatchObject({ code: 'text_too_long', pointer: '/text' });
  });

  it('answers a tiny request while the only thread works on a large one', async () => {
    const order: string[] = [];
    const large = ask('/tokenize', { text: 'the cat sat on the mat, '.repeat(40_000) }).then(({ status }) => {
      order.push('large');
      return status;
    });
    // The thread has the large one as soon as its body is there.
    while ((await info()).running === 0) await new Promise((resolve) => setImmediate(resolve));
    await ask('/tokenize', { text: 'tiny' }).then(() => order.push('tiny'));
    expect(await large).toBe(200);
    expect(order).toEqual(['tiny', 'large']);
  });

  it('gives the same answer in slices as in one go, for a piece that takes long too', async () => {
    const text = `${'A'.repeat(100_000)} ${'the cat sat on the mat, '.repeat(4000)}`;
    const { answer } = await ask('/tokenize', { prompt: text });
    const back = await ask('/detokenize', { tokens: answer.tokens });
    expect(back.answer.prompt === text).toBe(true);
  });
});

async function info(): Promise<{ running: number }> {
  const answer = (await (await fetch(`${serving.url}/info`)).json()) as { load: { running: number } };
  return answer.load;
}

describe('POST /detokenize', () => {
  it('gives back what /tokenize took, for every reversible tokenizer', async () => {
    const text = 'Größe 🙈👩‍💻 天\u0301\r\n\t  <|endoftext|> \u0000end';
    const { tokenizers } = (await (await fetch(`${serving.url}/tokenizers`)).json()) as {
      tokenizers: { name: string; reversible: boolean }[];
    };
    const names = tokenizers.filter(({ reversible }) => reversible).map(({ name }) => name);
    expect(names).toEqual(['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base', 'byte-level']);
    for (const tokenizer of names) {
      const { answer } = await ask('/tokenize', { prompt: text, tokenizer });
      const back = await ask('/detokenize', { ids: answer.tokens, tokenizer });
      expect(back.answer, tokenizer).toEqual({ text });
    }
  });

  it('has U+FFFD for bytes that are no character', async () => {
    const { answer } = await ask('/tokenize', { prompt: '🙈', tokenizer: 'gpt2' });
    const [first] = answer.tokens as number[];
    expect((await ask('/detokenize', { ids: [first], tokenizer: 'gpt2' })).answer).toEqual({ text: '\ufffd' });
  });

  it('takes an empty list', async () => {
    for (const tokenizer of ['o200k_base', 'word-piece']) {
      expect((await ask('/detokenize', { ids: [], tokenizer })).answer).toEqual({ text: '' });
    }
  });

  const faults: [body: unknown, code: string, pointer: string][] = [
    [{}, 'missing_field', '/ids'],
    [{ ids: [1, 'a'] }, 'invalid_option', '/ids/1'],
    [{ ids: [1, 2.5] }, 'invalid_option', '/ids/1'],
    [{ ids: [1, -1] }, 'invalid_option', '/ids/1'],
    [{ ids: [1, 200019] }, 'invalid_option', '/ids/1'],
    [{ ids: [1, 262], tokenizer: 'word-piece' }, 'invalid_option', '/ids/1'],
    [{ tokens: [1, 2, 999999999] }, 'invalid_option', '/tokens/2'],
    [{ ids: [1], tokens: [1] }, 'conflicting_options', '/tokens'],
    [{ ids: [1], tokenizer: 'words' }, 'invalid_option', '/tokenizer'],
    [{ ids: [1], id: [1] }, 'unknown_field', '/id'],
  ];
  it.each(faults)('points at what is wrong with %j', async (body, code, pointer) => {
    const { status, answer } = await ask('/detokenize', body);
    expect({ status, code: answer.code, pointer: answer.pointer }).toEqual({ status: 422, code, pointer });
  });
});

describe('POST /decode', () => {
  it('leaves out special tokens, unless they are wanted', async () => {
    const ids = [31373, 50256];
    expect((await ask('/decode', { ids, tokenizer: 'gpt2' })).answer).toEqual(['hello']);
    const all = { ids: [ids, []], tokenizer: 'gpt2', skip_special_tokens: false };
    expect((await ask('/decode', all)).answer).toEqual(['hello<|endoftext|>', '']);
  });

  it('leaves special tokens of files out as well, and puts spaces around them as Hugging Face does', async () => {
    // [CLS], [SEP]
    const { answer } = await ask('/tokenize', { prompt: 'the cat', tokenizer: 'word-piece' });
    const asked = { ids: answer.tokens, tokenizer: 'word-piece' };
    expect((await ask('/decode', asked)).answer).toEqual(['the cat']);
    expect((await ask('/decode', { ...asked, skip_special_tokens: false })).answer).toEqual(['[CLS] the cat [SEP]']);
    expect((await ask('/detokenize', asked)).answer).toEqual({ text: '[CLS] the cat [SEP]' });
  });

  it('points into nested lists', async () => {
    const { answer } = await ask('/decode', { ids: [[1], [2, 50257]], tokenizer: 'gpt2' });
    expect(answer).toMatchObject({ status: 422, pointer: '/ids/1/1' });
  });
});

describe('GET /tokenizers', () => {
  it('lists what comes with the service and what the directory has', async () => {
    const { tokenizers } = (await (await fetch(`${serving.url}/tokenizers`)).json()) as {
      tokenizers: Record<string, unknown>[];
    };
    expect(tokenizers.map(({ name, kind }) => [name, kind])).toEqual([
      ['words', 'words'],
      ['o200k_base', 'BPE'],
      ['cl100k_base', 'BPE'],
      ['p50k_base', 'BPE'],
      ['r50k_base', 'BPE'],
      ['byte-level', 'BPE'],
      ['unigram', 'Unigram'],
      ['word-piece', 'WordPiece'],
    ]);
    expect(tokenizers.at(-1)).toMatchObject({ vocabulary_size: 262, reversible: false, prefix: [2], suffix: [3] });
    expect(tokenizers.at(-3)).toMatchObject({
      reversible: true,
      prefix: [],
      special_tokens: [{ id: 0, text: '<|end|>' }],
    });
  });
});

describe('a directory of tokenizers that cannot be used', () => {
  const directory = mkdtempSync(join(tmpdir(), 'spotlight-tokenizers-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each([
    [['broken.json', '{"model":'], /spotlight cannot start: TOKENIZERS_DIR is .* but .*broken.json: it ends/],
    [
      ['other.json', '{"model":{}}', 'gpt2.json', '{}'],
      /spotlight cannot start: .*gpt2.json: .*; .*other.json: model.vocab/,
    ],
  ])('stops the start: %j', async (files, message) => {
    const folder = mkdtempSync(join(directory, 'wrong-'));
    for (let i = 0; i < files.length; i += 2) writeFileSync(join(folder, files[i]), files[i + 1]);
    expect(await ended(folder)).toMatchObject({ code: 1, said: expect.stringMatching(message) });
  });

  it('stops the start when there is none', async () => {
    const said = expect.stringMatching(/spotlight cannot start: TOKENIZERS_DIR is .* no such file or directory/);
    expect(await ended(join(directory, 'nowhere'))).toMatchObject({ code: 1, said });
  });
});

/** How the server ends, and what it says, with a directory of tokenizers that it cannot use. */
function ended(directory: string): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', WORKERS: '1', TOKENIZERS_DIR: directory };
  const child = spawn(process.execPath, ['dist/main.js'], { cwd: root, env });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  child.stderr.on('data', (data) => (said += data));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}
