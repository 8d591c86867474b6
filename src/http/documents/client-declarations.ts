/** What stands on the wire as plain declarations: the files of `client/src/wire/`, which then needs neither zod nor the server. */
import { z } from 'zod';
import { answerTensorSchema } from '../../codec/answer-schemas.ts';
import { asSent } from '../../codec/nulls.ts';
import {
  attentionAnswerSchema,
  attentionRequestSchema,
  multiHeadAnswerSchema,
  multiHeadRequestSchema,
} from '../../codec/schemas.ts';
import { maskSchema, tensorSchema } from '../../codec/tensor-schemas.ts';
import { problemSchema } from '../../problem-document.ts';
import {
  decodeOptions,
  detokenizeOptions,
  tokenizeOptions,
  tokenizeTextsOptions,
} from '../../requests/tokens/tokenize-options.ts';
import { clientMessageSchema, runEnvelopeSchema } from '../../stream/client-messages.ts';
import { runSchema, serverMessageSchema } from '../../stream/protocol.ts';
import { declarationOf, type JsonSchema, nameOf } from './declarations.ts';
import { diagnosisSchema } from './diagnose-schemas.ts';
import { exampleListSchema, exampleSchema } from './example-schemas.ts';
import { infoSchema } from './probe-schemas.ts';
import { textAnswerSchema, textRequestSchema } from './text-schemas.ts';
import { ticketSchema } from './ticket-schemas.ts';
import { detokenizedSchema, textsTokensSchema, textTokensSchema, tokenizersSchema } from './tokenize-schemas.ts';

type Schemas = Readonly<Record<string, z.ZodType>>;

/** The schemas of each file, by the names of their types: what is sent as it may be written, what is answered as it comes. */
const FILES: Readonly<Record<string, { sent?: Schemas; answered?: Schemas }>> = {
  problem: { answered: { Problem: problemSchema } },
  tensors: { sent: { Tensor: tensorSchema, MaskTensor: maskSchema }, answered: { AnswerTensor: answerTensorSchema } },
  attention: {
    sent: { AttentionRequest: attentionRequestSchema },
    answered: { AttentionAnswer: attentionAnswerSchema },
  },
  'multi-head': {
    sent: { MultiHeadRequest: multiHeadRequestSchema },
    answered: { MultiHeadAnswer: multiHeadAnswerSchema },
  },
  text: { sent: { TextRequest: textRequestSchema }, answered: { TextAnswer: textAnswerSchema } },
  tokens: {
    sent: {
      TokenizeRequest: asSent(tokenizeOptions),
      TokenizeTextsRequest: asSent(tokenizeTextsOptions),
      DetokenizeRequest: asSent(detokenizeOptions),
      DecodeRequest: asSent(decodeOptions),
    },
    answered: {
      TokenizeAnswer: textTokensSchema,
      TokenizeTextsAnswer: textsTokensSchema,
      DetokenizeAnswer: detokenizedSchema,
      Tokenizers: tokenizersSchema,
    },
  },
  diagnosis: { answered: { Diagnosis: diagnosisSchema } },
  examples: { answered: { ExampleList: exampleListSchema, WorkedExample: exampleSchema } },
  info: { answered: { Info: infoSchema } },
  runs: { sent: { Stepping: asSent(runEnvelopeSchema) }, answered: { Run: runSchema, Ticket: ticketSchema } },
  messages: { sent: { ClientMessage: clientMessageSchema }, answered: { ServerMessage: serverMessageSchema } },
};

const HEAD = '// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.\n';

/** The text of each file by its name. */
export function clientDeclarations(): Map<string, string> {
  const homes = new Map<string, string>();
  const declarations = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const [file, { sent = {}, answered = {} }] of Object.entries(FILES)) {
    const own: string[] = [];
    for (const [name, schema] of [...schemasIn(sent), ...schemasIn(answered)]) {
      const declaration = declarationOf(name, schema);
      const before = declarations.get(name);
      if (before === declaration) continue;
      if (before !== undefined) throw new Error(`${name} is one thing in ${homes.get(name)}, another in ${file}`);
      homes.set(name, file);
      declarations.set(name, declaration);
      own.push(declaration);
    }
    const body = own.join('\n');
    texts.set(`${file}.ts`, `${HEAD}${importsOf(body, file, homes)}\n${body}`);
  }
  return texts;
}

/** Each schema by its name, and all that they refer to; answers as they would be sent, which are the same fields. */
function schemasIn(schemas: Schemas): Map<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  for (const [name, schema] of Object.entries(schemas)) {
    const {
      $schema,
      $defs = {},
      ...own
    }: JsonSchema & { $schema?: string } = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input' })));
    const isNamed = own.$ref !== undefined && nameOf(own.$ref) === name;
    if (!isNamed) found.set(name, own);
    for (const [id, definition] of Object.entries($defs)) found.set(id, definition);
  }
  return found;
}

/** What a file takes from those before it. */
function importsOf(body: string, file: string, homes: ReadonlyMap<string, string>): string {
  const code = body.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/'[^'\n]*'/g, '');
  const words = new Set(code.match(/\b[A-Z]\w*/g));
  const taken = new Map<string, string[]>();
  for (const [name, home] of homes) {
    if (home !== file && words.has(name)) taken.set(home, [...(taken.get(home) ?? []), name]);
  }
  const lines = [...taken].map(([home, names]) => `import type { ${names.sort().join(', ')} } from './${home}.ts';\n`);
  return lines.sort().join('');
}
