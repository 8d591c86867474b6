import type { Caller } from '../limits/caller.ts';
import type { Arrivals } from './arrivals.ts';
import type { CloseCode } from './close-codes.ts';
import type { Limits } from './protocol.ts';
import type { Starter } from './starter.ts';
import type { Turns } from './turns.ts';

/** Whose stream it is, and whose limits count whenever it starts something, if any do. */
export interface Known {
  principal: string;
  caller: () => Caller | undefined;
}

/** What a session needs of the service, and tells it. */
export interface SessionParts {
  arrivals: Arrivals;
  starter: Starter;
  turns: Turns;
  limits: Limits;
  heartbeatMs: number;
  /** What the paths of this server begin with for the client. */
  prefix: string;
  /** Whose stream it is, by the token of hello. @throws Violation for one that may not stream */
  authorize(token: string | undefined): Promise<Known>;
  /** @throws RequestError `saturated` when there are too many viewers in total; otherwise one more is counted */
  admitViewer(): void;
  dropViewer(): void;
  /** Something of it was refused by the limit of this variable. */
  onRefused(limit: string): void;
  /** The server closes it. */
  onClosed(code: CloseCode): void;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}
