import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attentionOptions, attentionTensorFields } from '../../src/codec/attention-options.ts';
import { innerNames } from '../../src/codec/inner-names.ts';
import { multiHeadOptions, multiHeadTensorFields } from '../../src/codec/multi-head-options.ts';
import { readOptions } from '../../src/codec/read-options.ts';
import {
  attentionAnswerSchema,
  attentionRequestSchema,
  multiHeadAnswerSchema,
  multiHeadRequestSchema,
} from '../../src/codec/schemas.ts';
import { refusal } from './reading.ts';

const attention = (options: Record<string, unknown>) => readOptions(attentionOptions, options, attentionTensorFields);
const multiHead = (options: Record<string, unknown>) => readOptions(multiHeadOptions, options, multiHeadTensorFields);

describe('the options of attention', () => {
  it('have defaults', () => {
    expect(attention({})).toEqual({
      is_causal: false,
      softcap: 0,
      outputs: [],
      need_weights: false,
      precision: 'float32',
    });
  });

  it.each([
    { is_causal: 'lower_right' },
    { query_offset: -3 },
    { query_offset: [0, -1] },
    { scale: -1 },
    { softcap: 30 },
    { window: { left: 0, right: null } },
    { window: {} },
    { alibi_slopes: [0.5, -0.25] },
    { key_lengths: [0, 3], query_lengths: [] },
    { rotary: { base: 10000, dim: 4, interleaved: true } },
    { rotary: { base: 1, dim: 2, interleaved: false, positions: [0, -1] } },
    { rotary: { base: 1, dim: 2, interleaved: false, positions: [[0], [1]] } },
    { rotary: { base: 1, dim: 2, interleaved: false, positions: { query: [0], key: [[1], [2]] } } },
    { outputs: ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present', 'lse'] },
    { need_weights: true, dropout_p: 0, dropout: 0, tensor_format: 'flat', precision: 'float64' },
  ])('may be %j', (options) => {
    expect(attention(options)).toMatchObject(options);
  });

  it.each([
    [{ is_causal: 'yes' }, '/is_causal', 'true, false or "lower_right"'],
    [{ is_causal: 1 }, '/is_causal', 'lower_right'],
    [{ query_offset: 0.5 }, '/query_offset', 'integer'],
    [{ query_offset: 2 ** 31 }, '/query_offset', 'integer'],
    [{ query_offset: [0, 0.5] }, '/query_offset/1', 'integer'],
    [{ scale: Number.POSITIVE_INFINITY }, '/scale', 'finite'],
    [{ scale: 1e39 }, '/scale', 'finite'],
    [{ scale: [1] }, '/scale', 'finite'],
    [{ softcap: -1 }, '/softcap', 'at least 0'],
    [{ window: { left: -5 } }, '/window/left', 'at least 0'],
    [{ window: { right: 0.5 } }, '/window/right', 'at least 0'],
    [{ window: 3 }, '/window', 'left and right'],
    [{ alibi_slopes: [1, '2'] }, '/alibi_slopes/1', 'numbers'],
    [{ key_lengths: [1, -1] }, '/key_lengths/1', 'integers'],
    [{ key_lengths: 3 }, '/key_lengths', 'list'],
    [{ rotary: { base: 0, dim: 2 } }, '/rotary/base', 'base > 0'],
    [{ rotary: { base: 1, dim: 3 } }, '/rotary/dim', 'even dim'],
    [{ rotary: { dim: 2 } }, '/rotary/base', 'base > 0'],
    [{ rotary: { base: 1, dim: 2, positions: [0.5] } }, '/rotary/positions/0', 'positions'],
    [{ rotary: { base: 1, dim: 2, positions: { query: [0], key: [0.5] } } }, '/rotary/positions/key/0', 'positions'],
    [{ outputs: ['everything'] }, '/outputs/0', 'masked_scores'],
    [{ outputs: new Array(65).fill('lse') }, '/outputs/64', 'at most 64'],
    [{ precision: 'float8' }, '/precision', 'float64'],
    [{ tensor_format: 'xml' }, '/tensor_format', 'base64'],
    [{ dropout_p: 'none' }, '/dropout_p', '0'],
  ])('are refused as %j at %s', (options, pointer, words) => {
    const { status, code, detail, ...place } = refusal(() => attention(options));
    expect({ status, code, ...place }).toEqual({ status: 422, code: 'invalid_option', pointer });
    expect(detail).toContain(words);
  });

  it.each(['dropout', 'dropout_p'])('offer no %s', (name) => {
    expect(refusal(() => attention({ [name]: 0.1 }))).toMatchObject({
      code: 'dropout_unsupported',
      pointer: `/${name}`,
    });
  });

  it.each([
    ['scal', 'scale'],
    ['isCausal', 'is_causal'],
    ['attention_mask', undefined],
    ['atn_mask', 'attn_mask'],
    ['querry', 'query'],
    ['x', undefined],
    ['constructor', undefined],
  ])('do not have %s, and say what may be meant', (name, meant) => {
    const { code, pointer, detail } = refusal(() => attention({ [name]: 1 }));
    expect({ code, pointer }).toEqual({ code: 'unknown_field', pointer: `/${name}` });
    if (meant === undefined) expect(detail).not.toContain('did you mean');
    else expect(detail).toContain(`did you mean "${meant}"`);
  });

  it('do not have __proto__, at any depth', () => {
    const options = JSON.parse('{"window":{"__proto__":{"left":1}}}');
    expect(refusal(() => attention(options))).toMatchObject({ code: 'unknown_field', pointer: '/window/__proto__' });
    expect(refusal(() => attention(JSON.parse('{"__proto__":1}')))).toMatchObject({ pointer: '/__proto__' });
  });

  it('are refused briefly, however long they are', () => {
    const long = 'x'.repeat(1e6);
    for (const options of [{ [long]: 1 }, { is_causal: long }, { outputs: [long] }, { window: { [long]: 1 } }]) {
      expect(JSON.stringify(refusal(() => attention(options))).length).toBeLessThan(1000);
    }
  });

  it('are refused at once, however many are wrong', () => {
    const many = new Array(5e6).fill(0.5);
    const before = process.memoryUsage().heapUsed;
    for (const options of [
      { key_lengths: many },
      { outputs: many },
      { rotary: { base: 1, dim: 2, positions: many } },
    ]) {
      expect(refusal(() => attention(options)).code).toBe('invalid_option');
    }
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 24);
  });
});

describe('the options of multi-head attention', () => {
  it("have PyTorch's defaults", () => {
    expect(multiHead({ num_heads: 2 })).toEqual({
      num_heads: 2,
      is_causal: false,
      need_weights: true,
      average_attn_weights: true,
      add_zero_attn: false,
      precision: 'float32',
    });
  });

  it('need num_heads', () => {
    expect(refusal(() => multiHead({}))).toMatchObject({ code: 'missing_field', pointer: '/num_heads' });
  });

  it.each([
    [{ num_heads: 0 }, '/num_heads'],
    [{ num_heads: 1, num_kv_heads: 0.5 }, '/num_kv_heads'],
    [{ num_heads: 1, is_causal: 'lower_right' }, '/is_causal'],
    [{ num_heads: 1, batch_first: false }, '/batch_first'],
    [{ num_heads: 1, embed_dim: 0 }, '/embed_dim'],
    [{ num_heads: 1, bias: 1 }, '/bias'],
  ])('are refused as %j', (options, pointer) => {
    expect(refusal(() => multiHead(options))).toMatchObject({ status: 422, code: 'invalid_option', pointer });
  });
});

describe('our names', () => {
  it('are those of the wire in camelCase, one level deep', () => {
    const rotary = { base: 1, dim: 2, interleaved: false, positions: { query: [0], key: [1] } };
    expect(innerNames(attention({ is_causal: 'lower_right', key_lengths: [3], rotary, scale: 2 }))).toEqual({
      isCausal: 'lower_right',
      keyLengths: [3],
      rotary,
      scale: 2,
      softcap: 0,
      outputs: [],
      needWeights: false,
      precision: 'float32',
    });
  });

  it('are as many as those of the wire', () => {
    for (const { shape } of [attentionOptions, multiHeadOptions]) {
      expect(Object.keys(innerNames(shape)).length).toBe(Object.keys(shape).length);
    }
  });
});

describe('the schemas for the documentation', () => {
  it.each([
    ['AttentionRequest', attentionRequestSchema],
    ['MultiHeadRequest', multiHeadRequestSchema],
    ['AttentionAnswer', attentionAnswerSchema],
    ['MultiHeadAnswer', multiHeadAnswerSchema],
  ])('describe every member of %s', (_, schema) => {
    const { properties } = z.toJSONSchema(schema, { io: 'input' });
    const silent = Object.entries(properties ?? {}).filter(
      ([, member]) => typeof member === 'object' && !member.description,
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('take a request as the readers do', () => {
    const request = {
      query: [[1]],
      key: [[1]],
      value: { shape: [1, 1], data: 'AACAPw==' },
      attn_mask: [['-Infinity']],
    };
    expect(attentionRequestSchema.safeParse({ ...request, outputs: ['lse'] }).success).toBe(true);
    expect(attentionRequestSchema.safeParse({ ...request, scal: 1 }).success).toBe(false);
  });
});
