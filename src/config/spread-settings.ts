/** Whether one large request is computed by several replicas. */
import { z } from 'zod';
import { described } from './variable.ts';

export const spreadSettings = {
  spread: described(z.enum(['auto', 'off', 'always']).default('auto'), {
    variable: 'SPREAD',
    expects: 'auto, off or always',
    standard: 'auto',
    meaning:
      'Whether a large attention that is a job is computed by all replicas that share a Redis: where that is expected to pay, never, or wherever it can be.',
  }),
};
