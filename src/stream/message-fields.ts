/** What messages of both sides of the step stream speak of, as schemas. */
import { z } from 'zod';
import { DETAILS, STEP_NAMES } from '../attention/steps.ts';
import { POOLINGS } from '../attention/tile.ts';
import { expecting } from '../codec/option.ts';

export const id = expecting(
  z.string().min(1).max(64).describe('The subscription, in a name that the client chose.'),
  'a text of 1 to 64 characters',
);
export const run = expecting(z.string().min(1).max(64).describe('The run.'), 'the id of a run, of 1 to 64 characters');
export const seq = z.int().min(0).describe('The number of a step: 1, 2, 3 … of its run, before any filter.');
export const detailSchema = expecting(
  z.enum(DETAILS).meta({
    id: 'Detail',
    description: 'What one step holds: a matrix, a head, a query row, or a tile of the online softmax.',
  }),
  'one of "whole", "head", "row" and "tile"',
);
export const stepName = z.enum(STEP_NAMES).meta({ id: 'StepName' });
/** How several numbers become one. */
export const pooling = z.enum(POOLINGS);
/** What a ping says, and its pong says back. */
export const tag = expecting(
  z.union([z.number(), z.string().max(128)]).optional(),
  'a number, or a text of at most 128 characters',
);
