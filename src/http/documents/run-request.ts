/** What a run computes, for the documentation: only workers read it. */
import { z } from 'zod';
import { asSent } from '../../codec/nulls.ts';
import { attentionRequestSchema, multiHeadRequestSchema } from '../../codec/schemas.ts';
import { textOptions } from '../../requests/words/text-options.ts';
import { clientMessages, runStartSchema } from '../../stream/client-messages.ts';

const kind = <K extends string>(name: K, path: string) =>
  z.literal(name).describe(`The route whose body this is: ${path}.`);

const runRequestSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: kind('attention', 'POST /attention'), ...attentionRequestSchema.shape })
      .meta({ id: 'AttentionRunRequest', description: 'A body of POST /attention, with its kind.' }),
    z
      .strictObject({ kind: kind('multi-head', 'POST /attention/multi-head'), ...multiHeadRequestSchema.shape })
      .meta({ id: 'MultiHeadRunRequest', description: 'A body of POST /attention/multi-head, with its kind.' }),
    z
      .strictObject({ kind: kind('text', 'POST /attention/text'), ...asSent(textOptions).shape })
      .meta({ id: 'TextRunRequest', description: 'A body of POST /attention/text, with its kind.' }),
  ])
  .meta({ id: 'RunRequest', description: 'A body of one of the routes that compute, and which one: its kind.' });

/** The body of POST /runs. */
export const runStartBody = asSent(runStartSchema)
  .extend({ request: runRequestSchema })
  .meta({ id: 'RunStart', description: runStartSchema.description });

/** The messages of a client, with all that `start` may ask for. */
export const documentedMessages = {
  ...clientMessages,
  start: clientMessages.start.extend({ request: runRequestSchema }).describe(clientMessages.start.description ?? ''),
};
