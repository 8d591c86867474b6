import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Components } from '../../../src/http/documents/json-schema.ts';

const written = (schema: z.ZodType) => new Components('openapi').schemaOf(schema);

describe('a schema in the words of generators', () => {
  it('has no bounds that only say what a double can hold', () => {
    expect(written(z.int())).toEqual({ type: 'integer' });
    expect(written(z.int().min(0))).toEqual({ type: 'integer', minimum: 0 });
    expect(written(z.int().positive())).toEqual({ type: 'integer', minimum: 1 });
  });

  it('says null in the type', () => {
    expect(written(z.int().min(1).nullable())).toEqual({ type: ['integer', 'null'], minimum: 1 });
    expect(written(z.enum(['a', 'b']).nullable())).toEqual({ type: ['string', 'null'], enum: ['a', 'b', null] });
    expect(written(z.union([z.int(), z.boolean()]).nullable())).toEqual({
      anyOf: [{ type: 'integer' }, { type: 'boolean' }, { type: 'null' }],
    });
  });

  it('says a date in one word, a constant as a choice of one, and a pair as a list of two', () => {
    expect(written(z.iso.datetime())).toEqual({ type: 'string', format: 'date-time' });
    expect(written(z.literal('live'))).toEqual({ type: 'string', enum: ['live'] });
    expect(written(z.tuple([z.int(), z.int()]))).toEqual({
      type: 'array',
      items: { type: 'integer' },
      minItems: 2,
      maxItems: 2,
    });
  });

  it('says a default in words, once', () => {
    expect(written(z.boolean().default(true).describe('Whether.'))).toEqual({
      type: 'boolean',
      description: 'Whether. By default true.',
    });
    expect(written(z.int().default(8).describe('How many; by default 8.'))).toEqual({
      type: 'integer',
      description: 'How many; by default 8.',
    });
  });

  it('is a field even where the field has the name of a keyword', () => {
    const { properties } = written(z.object({ const: z.string(), default: z.int(), id: z.string(), pattern: z.int() }));
    expect(Object.keys(Object(properties))).toEqual(['const', 'default', 'id', 'pattern']);
  });

  it('is written once under its name, which stands for nothing else', () => {
    const components = new Components('openapi');
    const point = z.object({ x: z.number() }).meta({ id: 'Point' });
    expect(components.schemaOf(z.array(point))).toEqual({
      type: 'array',
      items: { $ref: '#/components/schemas/Point' },
    });
    expect(components.schemaOf(point.describe('Where.'))).toEqual({
      $ref: '#/components/schemas/Point',
      description: 'Where.',
    });
    expect(Object.keys(components.schemas)).toEqual(['Point']);
    expect(() => components.schemaOf(z.object({ y: z.number() }).meta({ id: 'Point' }))).toThrow('Point');
  });

  it('of AsyncAPI has nothing beside a reference', () => {
    const point = z.object({ x: z.number() }).meta({ id: 'Point' });
    expect(new Components('asyncapi').schemaOf(point.describe('Where.'))).toEqual({
      allOf: [{ $ref: '#/components/schemas/Point' }],
      description: 'Where.',
    });
  });
});
