import { expect } from 'vitest';
import type { SpotlightError } from '../../client/src/client.ts';

/** The error that a promise rejects with. */
export const failureOf = (promise: Promise<unknown>): Promise<SpotlightError> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
