/** What a client sends → a message, or what is wrong with it, in words of our own. */
import type { z } from 'zod';
import { expectationOf } from '../codec/option.ts';
import { deepest } from '../codec/read-options.ts';
import { guess } from '../codec/unknown-field.ts';
import { pointerTo, RequestError } from '../errors.ts';
import {
  type ClientMessage,
  clientMessageSchema,
  clientMessages,
  onlySchema,
  type StartEnvelope,
  startEnvelopeSchema,
} from './client-messages.ts';
import { Violation } from './violation.ts';

const TYPES = Object.keys(clientMessages);

/**
 * A message of at most 64 KiB.
 * @throws Violation 4400 for one that is none: no JSON object, no known type, or no id where one belongs
 * @throws SenselessMessage for one that is well formed and makes no sense
 */
export function readMessage(bytes: Uint8Array): ClientMessage {
  const value = parsed(bytes);
  const read = clientMessageSchema.safeParse(value);
  if (read.success) return read.data;
  throw senseless(requireMessage(value, read.error), read.error);
}

/** A long `start` without its request, which a worker has cut out. @throws as above */
export function readStart(envelope: string): StartEnvelope {
  const value = parsed(Buffer.from(envelope));
  const read = startEnvelopeSchema.safeParse(value);
  if (read.success) return read.data;
  const message = requireMessage(value, read.error);
  if (message.type !== 'start') throw new Violation(4400, 'only start may be this long');
  throw senseless(message, read.error);
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

/** What the schemas have refused, as far as it is a message at all. @throws Violation 4400 */
function requireMessage(value: unknown, { issues }: z.ZodError): Message {
  if (!isObject(value)) throw new Violation(4400, 'a message must be a JSON object');
  const { type } = value;
  if (!isType(type)) throw new Violation(4400, `type must be one of ${TYPES.join(', ')}`);
  const { id } = fieldsOf(type);
  if (id !== undefined && issues.some(({ path }) => path[0] === 'id')) {
    throw new Violation(4400, `${type} needs an id, ${expectationOf(id)}`);
  }
  return { ...value, type };
}

function senseless(message: Message, error: z.ZodError): SenselessMessage | Violation {
  const fault = faultOf(message, deepest(error.issues[0]));
  // Nobody is answered before hello.
  if (message.type === 'hello') return new Violation(4400, fault.message);
  return new SenselessMessage(typeof message.id === 'string' ? message.id : undefined, fault);
}

function faultOf({ type, ...message }: Message, issue: z.core.$ZodIssue): RequestError {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const [name] = issue.keys;
    const known = path.length === 0 ? Object.keys(fieldsOf(type)) : Object.keys(onlySchema.shape);
    const detail = `There is no field of this name${guess(name, known)}`;
    return new RequestError('unknown_field', detail, { pointer: pointerTo(...path, name) });
  }
  const field = String(path[0]);
  const pointer = pointerTo(...path);
  const must = `must be ${expectationOf(fieldsOf(type)[field])}`;
  if (!Object.hasOwn(message, field)) {
    return new RequestError('missing_field', `${field} is missing: it ${must}`, { pointer });
  }
  const names =
    issue.code === 'invalid_value' && path.length > 1 ? `; ${pointer} is none of ${issue.values.join(', ')}` : '';
  return new RequestError('invalid_option', `${field} ${must}${names}`, { pointer });
}

function fieldsOf(type: Message['type']): Readonly<Record<string, z.ZodType>> {
  return clientMessages[type].shape;
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
