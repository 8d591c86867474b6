/** What a client sends → a message, or what is wrong with it, in words of our own. */
import type { z } from 'zod';
import { withoutNulls } from '../codec/nulls.ts';
import type { RequestError } from '../errors.ts';
import { clientMessages, type ReadMessage, readSchemas, type StartEnvelope } from './client-messages.ts';
import { fieldFault } from './field-faults.ts';

/**
 * A message that is none: no JSON object, no known type, or no id where one belongs. The connection ends with 4400. One that
 * is well formed and makes no sense is a RequestError for its id, and the connection goes on.
 */
export class MalformedMessage extends Error {}

const TYPES = Object.keys(clientMessages);
const MAX_ID = 64;

/** A message of at most 64 KiB. @throws MalformedMessage, SenselessMessage */
export function readMessage(bytes: Uint8Array): ReadMessage {
  const message = requireMessage(bytes);
  const { request: _, ...others } = message;
  const schema = readSchemas[message.type];
  const read = schema.safeParse(withoutNulls(message.type === 'start' ? others : message, schema.shape));
  if (read.success) return read.data;
  throw senseless(message, read.error);
}

/** A long `start` without its request, which a worker has cut out. @throws as above */
export function readStart(envelope: string): StartEnvelope {
  const message = readMessage(Buffer.from(envelope));
  if (message.type !== 'start') throw new MalformedMessage('only start may be this long');
  return message;
}

/** A well-formed message that makes no sense: what is wrong with it, and the subscription that it speaks of. */
export class SenselessMessage extends Error {
  readonly id: string | undefined;
  readonly fault: RequestError;

  constructor(id: string | undefined, fault: RequestError) {
    super(fault.message);
    this.id = id;
    this.fault = fault;
  }
}

type Message = Record<string, unknown> & { type: keyof typeof clientMessages };

function requireMessage(bytes: Uint8Array): Message {
  const value = parsed(bytes);
  if (!isObject(value)) throw new MalformedMessage('a message must be a JSON object');
  const { type, id } = value;
  if (!isType(type)) throw new MalformedMessage(`type must be one of ${TYPES.join(', ')}`);
  const needsId = 'id' in clientMessages[type].shape;
  if (needsId && !(typeof id === 'string' && id.length >= 1 && id.length <= MAX_ID)) {
    throw new MalformedMessage(`${type} needs an id, a text of 1 to ${MAX_ID} characters`);
  }
  return { ...value, type };
}

function senseless(message: Message, error: z.ZodError): SenselessMessage | MalformedMessage {
  const fault = fieldFault(message, error, Object.keys(clientMessages[message.type].shape));
  // Nobody is answered before hello.
  if (message.type === 'hello') return new MalformedMessage(fault.message);
  return new SenselessMessage(typeof message.id === 'string' ? message.id : undefined, fault);
}

function isType(type: unknown): type is Message['type'] {
  return typeof type === 'string' && TYPES.includes(type);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; undefined when it is none. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}
