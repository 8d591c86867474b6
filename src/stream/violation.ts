import type { CloseCode } from './close-codes.ts';

/** A rule of the protocol that a client has broken, or a limit that it has passed: its connection is closed. */
export class Violation extends Error {
  readonly code: CloseCode;

  constructor(code: CloseCode, reason: string) {
    super(reason);
    this.code = code;
  }
}
