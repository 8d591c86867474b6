/** The AsyncAPI 3 document of the step stream, from the schemas that its messages are checked with. */
import type { z } from 'zod';
import { CLOSE_CODES } from '../../stream/close-codes.ts';
import { PROTOCOL, serverMessages } from '../../stream/protocol.ts';
import { STREAM_PATH } from '../transport/upgrades.ts';
import { Components } from './json-schema.ts';
import { handshakeQuery } from './query-schemas.ts';
import { documentedMessages } from './run-request.ts';

const BINARY_FRAME =
  'The numbers of the step before it, when hello asked for encoding binary: magic `SPL1` (4 bytes), subscription index (u32, from started), seq (u64), dtype (u8: 0 = float32, 1 = float64), rank (u8), reserved (u16), dims (rank × u32), padding to 8, data; all little-endian.';

/**
 * @param version of the server
 * @param prefix of its paths, for whom it is written
 */
export function asyncapiDocument(version: string, prefix = ''): object {
  const client = Object.entries(documentedMessages);
  const server = Object.entries(serverMessages);
  const messages = [
    ...client.map(([type, schema]) => [`client.${type}`, message(`client.${type}`, type, schema)] as const),
    ...server.map(([type, schema]) => [`server.${type}`, message(`server.${type}`, type, schema)] as const),
    [
      'server.frame',
      { name: 'frame', title: 'A binary frame', contentType: 'application/octet-stream', summary: BINARY_FRAME },
    ] as const,
  ];
  const names = (side: string) => messages.map(([name]) => name).filter((name) => name.startsWith(side));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Spotlight: the step stream',
      version,
      description: `Watch an attention being computed, step by step. WebSocket with the subprotocol ${PROTOCOL}; control frames are JSON text. Close codes beside those of RFC 6455:\n\n${closeCodes()}`,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    defaultContentType: 'application/json',
    channels: {
      stream: {
        address: prefix + STREAM_PATH,
        title: 'The step stream',
        bindings: {
          ws: {
            method: 'GET',
            headers: {
              type: 'object',
              properties: { 'Sec-WebSocket-Protocol': { type: 'string', const: PROTOCOL } },
              required: ['Sec-WebSocket-Protocol'],
            },
            query: {
              type: 'object',
              properties: { ticket: { type: 'string', description: handshakeQuery.shape.ticket.description } },
            },
          },
        },
        messages: Object.fromEntries(messages.map(([name]) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      follow: operation('receive', 'What a client says.', names('client.')),
      tell: operation('send', 'What the server says.', names('server.')),
    },
    components: { messages: Object.fromEntries(messages), schemas: schemas() },
  };
}

function operation(action: 'receive' | 'send', summary: string, names: readonly string[]): object {
  return {
    action,
    summary,
    channel: { $ref: '#/channels/stream' },
    messages: names.map((name) => ({ $ref: `#/channels/stream/messages/${name}` })),
  };
}

function message(name: string, type: string, schema: z.ZodType): object {
  return { name: type, title: type, summary: schema.description, payload: { $ref: `#/components/schemas/${name}` } };
}

/** Each message, and all that messages share. */
function schemas(): Record<string, object> {
  const components = new Components('asyncapi');
  const own: Record<string, object> = {};
  for (const [type, schema] of Object.entries(documentedMessages)) own[`client.${type}`] = components.schemaOf(schema);
  for (const [type, schema] of Object.entries(serverMessages)) own[`server.${type}`] = components.schemaOf(schema);
  return { ...own, ...components.schemas };
}

function closeCodes(): string {
  return Object.entries(CLOSE_CODES)
    .map(([code, [meaning, cure]]) => `- ${code}: ${meaning}. ${cure}`)
    .join('\n');
}
