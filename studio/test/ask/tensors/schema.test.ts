import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Field, formOf } from '../../../src/ask/tensors/schema.ts';

const document: unknown = parse(readFileSync(new URL('../../../../openapi/openapi.yaml', import.meta.url), 'utf8'));
const form = formOf(document);
const field = (path: string): Field => {
  const all = (fields: readonly Field[]): Field[] =>
    fields.flatMap((one) => [one, ...one.kinds.flatMap((kind) => (kind.is === 'object' ? all(kind.fields) : []))]);
  const found = all(form.options).find((one) => one.path === path);
  if (found === undefined) throw new Error(`no field ${path}`);
  return found;
};

/** As the document has it, read by no code of the page. */
const schemas = Reflect.get(Reflect.get(document as object, 'components'), 'schemas');
const properties: Record<string, unknown> = schemas.AttentionRequest.properties;

describe('the form of the request', () => {
  it('has a place for every property of POST /attention: a role of a tensor, or a control', () => {
    const named = [...form.roles.filter(({ isTensor }) => isTensor), ...form.options].map(({ path }) => path);
    expect(named.toSorted()).toEqual(Object.keys(properties).toSorted());
    expect(named.length).toBeGreaterThan(20);
  });

  it('has a place for what is in an object, too', () => {
    expect(field('window').kinds).toMatchObject([{ is: 'object', fields: [{ name: 'left' }, { name: 'right' }] }]);
    const [rotary] = field('rotary').kinds;
    const names = rotary.is === 'object' ? rotary.fields.map(({ name }) => name) : [];
    expect(names).toEqual(Object.keys(schemas.Rotary.properties));
  });

  it('says of each what it is for, in the words of the document', () => {
    for (const one of form.options) expect(one.description).toBe((properties[one.path] as Field).description);
    expect(field('rotary.dim').description).toContain('How many numbers');
  });

  it('knows the parts of a union', () => {
    expect(field('is_causal').kinds).toEqual([{ is: 'boolean' }, { is: 'choice', values: ['lower_right'] }]);
    expect(field('query_offset').kinds.map(({ is }) => is)).toEqual(['number', 'list']);
    expect(field('focus').kinds.map(({ is }) => is)).toEqual(['number', 'text']);
    expect(field('rotary.positions').kinds.map(({ is }) => is)).toEqual(['list', 'list', 'object']);
  });

  it('knows bounds, and what is needed in an object', () => {
    expect(field('window.left').kinds).toEqual([
      { is: 'number', isInteger: true, least: -1, most: 2147483647, multipleOf: 0 },
    ]);
    expect(field('rotary.dim')).toMatchObject({ isRequired: true, kinds: [{ multipleOf: 2, least: 2 }] });
    expect(field('rotary.interleaved').isRequired).toBe(false);
  });

  it('knows the defaults that the document says as JSON', () => {
    expect(field('is_causal').fallback).toBe(false);
    expect(field('precision').fallback).toBe('float32');
    expect(field('outputs').fallback).toEqual([]);
    expect(field('query_offset').fallback).toBeUndefined();
  });

  it('takes a tensor for what is a list of numbers, and for nothing else', () => {
    const lists = form.roles.filter(({ isTensor }) => !isTensor).map(({ path }) => path);
    expect(lists).toEqual([
      'query_offset',
      'alibi_slopes',
      'key_lengths',
      'query_lengths',
      'rotary.positions',
      'rotary.positions.query',
      'rotary.positions.key',
    ]);
    expect(form.roles.filter(({ isRequired }) => isRequired).map(({ path }) => path)).toEqual([
      'query',
      'key',
      'value',
    ]);
  });

  it('is refused of a document that has no such route', () => {
    expect(() => formOf({ paths: {} })).toThrow(TypeError);
    expect(() => formOf(undefined)).toThrow(TypeError);
  });
});
