import { expect, it } from 'vitest';
import { expectationOf } from '../../src/codec/option.ts';
import { readSchemas } from '../../src/stream/client-messages.ts';

it.each(Object.entries(readSchemas))('each field of %s says what it must be', (_type, { shape }) => {
  const { type: _literal, ...fields } = shape;
  for (const [name, field] of Object.entries(fields)) expect(expectationOf(field), name).toBeDefined();
});
