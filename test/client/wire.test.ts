import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type * as attention from '../../client/src/wire/attention.ts';
import type { ExampleList, WorkedExample } from '../../client/src/wire/examples.ts';
import type { Info } from '../../client/src/wire/info.ts';
import type * as messages from '../../client/src/wire/messages.ts';
import type * as multiHead from '../../client/src/wire/multi-head.ts';
import type { Problem } from '../../client/src/wire/problem.ts';
import type { Plan, Run, Stepping, Summary, Ticket } from '../../client/src/wire/runs.ts';
import type { TextAnswer, TextRequest } from '../../client/src/wire/text.ts';
import type * as tokens from '../../client/src/wire/tokens.ts';
import type { SentAs } from '../../src/codec/nulls.ts';
import type * as codec from '../../src/codec/schemas.ts';
import { clientDeclarations } from '../../src/http/documents/client-declarations.ts';
import { declarationOf } from '../../src/http/documents/declarations.ts';
import type * as examples from '../../src/http/documents/example-schemas.ts';
import type { infoSchema } from '../../src/http/documents/probe-schemas.ts';
import type { textAnswerSchema } from '../../src/http/documents/text-schemas.ts';
import type { ticketSchema } from '../../src/http/documents/ticket-schemas.ts';
import type * as tokenized from '../../src/http/documents/tokenize-schemas.ts';
import type { problemSchema } from '../../src/problem-document.ts';
import type * as tokenize from '../../src/requests/tokens/tokenize-options.ts';
import type { textOptions } from '../../src/requests/words/text-options.ts';
import type * as sent from '../../src/stream/client-messages.ts';
import type * as protocol from '../../src/stream/protocol.ts';

const folder = fileURLToPath(new URL('../../client/src/wire/', import.meta.url));

/** `npm run typecheck` fails where a type here is not exactly the other; at run time nothing is compared. */
describe('the declarations of what stands on the wire', () => {
  it('are those that npm run openapi writes from the schemas', () => {
    const committed = readdirSync(folder).map((name) => [name, readFileSync(folder + name, 'utf8')]);
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(clientDeclarations()));
  });

  it('are the types that the schemas give to what is sent', () => {
    expectTypeOf<attention.AttentionRequest>().toEqualTypeOf<z.input<typeof codec.attentionRequestSchema>>();
    expectTypeOf<multiHead.MultiHeadRequest>().toEqualTypeOf<z.input<typeof codec.multiHeadRequestSchema>>();
    expectTypeOf<TextRequest>().toEqualTypeOf<SentAs<typeof textOptions>>();
    expectTypeOf<tokens.TokenizeRequest>().toEqualTypeOf<SentAs<typeof tokenize.tokenizeOptions>>();
    expectTypeOf<tokens.TokenizeTextsRequest>().toEqualTypeOf<SentAs<typeof tokenize.tokenizeTextsOptions>>();
    expectTypeOf<tokens.DetokenizeRequest>().toEqualTypeOf<SentAs<typeof tokenize.detokenizeOptions>>();
    expectTypeOf<tokens.DecodeRequest>().toEqualTypeOf<SentAs<typeof tokenize.decodeOptions>>();
    expectTypeOf<Stepping>().toEqualTypeOf<SentAs<typeof sent.runEnvelopeSchema>>();
    expectTypeOf<messages.ClientMessage>().toEqualTypeOf<z.input<typeof sent.clientMessageSchema>>();
  });

  it('are the types that the schemas give to what is answered', () => {
    expectTypeOf<attention.AttentionAnswer>().toEqualTypeOf<z.output<typeof codec.attentionAnswerSchema>>();
    expectTypeOf<multiHead.MultiHeadAnswer>().toEqualTypeOf<z.output<typeof codec.multiHeadAnswerSchema>>();
    expectTypeOf<TextAnswer>().toEqualTypeOf<z.output<typeof textAnswerSchema>>();
    expectTypeOf<tokens.TokenizeAnswer>().toEqualTypeOf<z.output<typeof tokenized.textTokensSchema>>();
    expectTypeOf<tokens.TokenizeTextsAnswer>().toEqualTypeOf<z.output<typeof tokenized.textsTokensSchema>>();
    expectTypeOf<tokens.DetokenizeAnswer>().toEqualTypeOf<z.output<typeof tokenized.detokenizedSchema>>();
    expectTypeOf<tokens.Tokenizers>().toEqualTypeOf<z.output<typeof tokenized.tokenizersSchema>>();
    expectTypeOf<ExampleList>().toEqualTypeOf<z.output<typeof examples.exampleListSchema>>();
    expectTypeOf<WorkedExample>().toEqualTypeOf<z.input<typeof examples.exampleSchema>>();
    expectTypeOf<Info>().toEqualTypeOf<z.output<typeof infoSchema>>();
    expectTypeOf<Problem>().toEqualTypeOf<z.output<typeof problemSchema>>();
    expectTypeOf<Plan>().toEqualTypeOf<z.output<typeof protocol.planSchema>>();
    expectTypeOf<Run>().toEqualTypeOf<z.output<typeof protocol.runSchema>>();
    expectTypeOf<Ticket>().toEqualTypeOf<z.output<typeof ticketSchema>>();
    expectTypeOf<Summary>().toEqualTypeOf<z.output<typeof protocol.summarySchema>>();
    expectTypeOf<messages.ServerMessage>().toEqualTypeOf<z.output<typeof protocol.serverMessageSchema>>();
  });
});

describe('a declaration', () => {
  it('has the description and default of each member, which may be absent unless it is required', () => {
    const schema = {
      type: 'object',
      description: 'A thing.',
      properties: {
        size: { type: 'integer', description: 'How large.' },
        names: { type: 'array', items: { enum: ['a', "b'c"] }, default: [] },
        place: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'null' }] },
        other: { $ref: '#/$defs/Other' },
      },
      required: ['size'],
      additionalProperties: {},
    };
    expect(declarationOf('Thing', schema)).toBe(`/** A thing. */
export interface Thing {
  /** How large. */
  size: number;
  /** By default []. */
  names?: ('a' | 'b\\'c')[] | undefined;
  place?: [number, null] | undefined;
  other?: Other | undefined;
  [name: string]: unknown;
}
`);
    const ways = {
      anyOf: [
        { type: 'string', const: 'x' },
        { type: 'object', additionalProperties: { type: 'number' } },
      ],
    };
    expect(declarationOf('Ways', ways)).toBe("export type Ways = 'x' | Record<string, number>;\n");
  });

  it('is refused for what has none', () => {
    expect(() => declarationOf('Odd', { type: 'symbol' })).toThrow('symbol');
  });
});
