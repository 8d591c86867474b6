/** What a client sends → a message, or what is wrong with it, in words of our own. */
import type { RawData } from 'ws';
import type { z } from 'zod';
import { withoutNulls } from '../codec/nulls.ts';
import { expectationOf } from '../codec/option.ts';
import type { RequestError } from '../errors.ts';
import { clientMessages, type ReadMessage, readSchemas, type StartEnvelope } from './client-messages.ts';
import { Violation } from './close-codes.ts';
import { fieldFault } from './field-faults.ts';

const TYPES = Object.keys(clientMessages);

/**
 * A message of at most 64 KiB.
 * @throws Violation 4400 for one that is none: no JSON object, no known type, or no id where one belongs
 * @throws SenselessMessage for one that is well formed and makes no sense
 */
export function readMessage(bytes: Uint8Array): ReadMessage {
  const message = requireMessage(bytes);
  const { request: _, ...others } = message;
  const schema = readSchemas[message.type];
  const members = withoutNulls(message.type === 'start' ? others : message, schema.shape);
  const read = schema.safeParse(members);
  if (read.success) return read.data;
  throw senseless({ ...members, type: message.type }, read.error);
}

/** A long `start` without its request, which a worker has cut out. @throws as above */
export function readStart(envelope: string): StartEnvelope {
  const message = readMessage(Buffer.from(envelope));
  if (message.type !== 'start') throw new Violation(4400, 'only start may be this long');
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
  if (!isObject(value)) throw new Violation(4400, 'a message must be a JSON object');
  const { type } = value;
  if (!isType(type)) throw new Violation(4400, `type must be one of ${TYPES.join(', ')}`);
  const { id } = fieldsOf(type);
  if (id?.safeParse(value.id).success === false) {
    throw new Violation(4400, `${type} needs an id, ${expectationOf(id)}`);
  }
  return { ...value, type };
}

function senseless(message: Message, error: z.ZodError): SenselessMessage | Violation {
  const known = Object.keys(clientMessages[message.type].shape);
  const fault = fieldFault(message, error, { fields: fieldsOf(message.type), known });
  // Nobody is answered before hello.
  if (message.type === 'hello') return new Violation(4400, fault.message);
  return new SenselessMessage(typeof message.id === 'string' ? message.id : undefined, fault);
}

function fieldsOf(type: Message['type']): Readonly<Record<string, z.ZodType>> {
  return readSchemas[type].shape;
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

/** What ws gives of a message, as bytes. */
export function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
