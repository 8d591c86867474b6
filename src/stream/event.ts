/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): how one is written, and what its id tells. */
import { RequestError } from '../errors.ts';
import type { ServerMessage } from './protocol.ts';

/**
 * Ids of the events after which there are no others. All other ids are positions: the number of the last step that was sent
 * or filtered away.
 */
const ENDS = ['done', 'problem'];

/** Where a reader stands that says which event it saw last: behind a step, or at the end; undefined when it says nothing. */
export function positionIn(lastEventId: string | string[] | undefined): number | 'end' | undefined {
  const id = String(lastEventId ?? '');
  if (id === '') return undefined;
  if (ENDS.includes(id)) return 'end';
  if (/^\d{1,15}$/.test(id)) return Number(id);
  const expects = `the number of a step, ${ENDS.join(' or ')}`;
  throw new RequestError('invalid_option', `the last event id must be ${expects}`, { pointer: '/after' });
}

/** What an event says: its name, its id, and its data, which is written as JSON; `retryMs` is when to come back. */
interface Event {
  event: string;
  id: string | number;
  data: object;
  retryMs?: number | undefined;
}

export function eventText({ event, id, data, retryMs }: Event): Buffer {
  const retry = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
  return Buffer.from(`${retry}id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** A message of the stream as an event, for a reader that stands at `position`. */
export function eventOf(message: ServerMessage, position: number): Event {
  switch (message.type) {
    // EventSource has events of its own that are called error.
    case 'error':
      return { event: 'problem', id: 'problem', data: message.problem };
    case 'done':
      return { event: 'done', id: 'done', data: message };
    case 'goodbye':
      return { event: 'goodbye', id: position, data: message, retryMs: message.reconnect_after_ms };
    default:
      return { event: message.type, id: position, data: message };
  }
}
