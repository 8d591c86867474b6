/** The events of GET /runs/{id}/events, for the documentation: what stands in `data`, by the name of the event. */
import { z } from 'zod';
import { problemSchema } from '../../problem-document.ts';
import { runSchema, serverMessages } from '../../stream/protocol.ts';

const { step, progress, done, goodbye } = serverMessages;

export const runEventSchema = z
  .xor([
    runSchema.meta({ id: 'StartedEvent', description: 'The data of the event `started`, the first: the run.' }),
    step
      .omit({ binary: true })
      .meta({ id: 'StepEvent', description: 'The data of an event `step`, whose id is the number of the step.' }),
    progress.meta({
      id: 'ProgressEvent',
      description: 'The data of an event `progress`: where the reader stands, when steps were filtered away.',
    }),
    done.meta({ id: 'DoneEvent', description: 'The data of the event `done`, the last: what the run came to.' }),
    problemSchema.meta({
      id: 'ProblemEvent',
      description: 'The data of an event `problem`, after which there are no others.',
    }),
    goodbye.meta({
      id: 'GoodbyeEvent',
      description: 'The data of the event `goodbye`: the server restarts, come back after a while.',
    }),
  ])
  .meta({
    id: 'RunEvent',
    description: 'The data of an event, which is JSON; the name of the event says which it is.',
  });
