/** Answers that went well, for the documentation. */
import { z } from 'zod';
import { runSchema } from '../../stream/protocol.ts';

/** A response in JSON; `shown` describes it as text and as a picture, where it can be had so. */
export const answered = (description: string, schema: z.ZodType, shown?: { text: string; svg: string }) => ({
  description,
  content: {
    'application/json': { schema },
    ...(shown !== undefined && {
      'text/plain': { schema: z.string().describe(shown.text) },
      'image/svg+xml': { schema: z.string().describe(shown.svg) },
    }),
  },
});

/** A response that browsers get as a page, and programs in JSON. */
export const answeredOrPage = (description: string, schema: z.ZodType, page: string) => ({
  description,
  content: { 'application/json': { schema }, 'text/html': { schema: z.string().describe(page) } },
});

/** 201 with the run that was started. */
export const runStarted = {
  description: 'The run that was started; it is computed now.',
  content: { 'application/json': { schema: runSchema } },
};
