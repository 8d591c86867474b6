/** What bounds one caller, of many. */
import { z } from 'zod';
import { described, integer } from './variable.ts';

const MAX_RATE = 1e12;

/** A bound that is not there unless it is set. */
function rate(variable: string, meaning: string) {
  const schema = z
    .string()
    .regex(/^\d{1,13}(\.\d{1,6})?$/)
    .transform(Number)
    .pipe(z.number().gt(0).max(MAX_RATE))
    .optional();
  return described(schema, {
    variable,
    expects: `a number above 0 such as 20 or 0.5, with 6 decimals at most, and at most ${MAX_RATE}`,
    standard: 'none',
    meaning,
  });
}

function most(variable: string, meaning: string) {
  const expects = `an integer from 1 to ${MAX_RATE}`;
  return described(integer(1, MAX_RATE).optional(), { variable, expects, standard: 'none', meaning });
}

export const callerLimits = {
  callerRequestRate: rate(
    'CALLER_REQUEST_RATE',
    'Requests a second that one caller may send: a key or token, or without these an address (of IPv6, a /64); more are 429.',
  ),
  callerRequestBurst: most(
    'CALLER_REQUEST_BURST',
    'Requests that it may send at once after a pause; unless set, those of ten seconds.',
  ),
  callerWorkRate: rate(
    'CALLER_WORK_RATE',
    'Work a second that it may ask for, in millions of multiply-adds; a byte of a body or an answer counts as 64 of these. More is 429.',
  ),
  callerWorkBurst: most(
    'CALLER_WORK_BURST',
    'Work that it may ask for at once after a pause; unless set, that of ten seconds.',
  ),
  callerConcurrency: most(
    'CALLER_CONCURRENCY',
    'Requests of it that may be computed, or wait for that, at once; more are 429.',
  ),
};
