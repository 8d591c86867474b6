import { hasMembers, isObject, type Kind } from '../object.ts';
import type { ServerMessage } from '../wire/messages.ts';

type Members<T extends ServerMessage['type']> = Partial<
  Record<Exclude<keyof Extract<ServerMessage, { type: T }>, 'type'>, Kind>
>;

/**
 * What the client reads of each message, and so must be there. The schemas themselves would check every number of a step,
 * and bring zod into the page: what is sent comes from a server that was held to them.
 */
export const MESSAGE_MEMBERS: { [T in ServerMessage['type']]: Members<T> } = {
  welcome: { limits: 'object', heartbeat_ms: 'number' },
  started: { id: 'string', index: 'number', run: 'string', plan: 'object', expires_at: 'string' },
  step: { id: 'string', run: 'string', seq: 'number', name: 'string', shape: 'object' },
  progress: { id: 'string', done: 'number', total: 'number' },
  done: { id: 'string', run: 'string', seq: 'number', summary: 'object' },
  error: { problem: 'object' },
  pong: {},
  goodbye: { reconnect_after_ms: 'number' },
};

/** Whether a value is a message of the server that this client knows. */
export function isServerMessage(value: unknown): value is ServerMessage {
  const type: unknown = isObject(value) && 'type' in value ? value.type : undefined;
  return isMessageType(type) && hasMembers(value, MESSAGE_MEMBERS[type]);
}

function isMessageType(type: unknown): type is ServerMessage['type'] {
  return typeof type === 'string' && Object.hasOwn(MESSAGE_MEMBERS, type);
}
