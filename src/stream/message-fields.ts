/** What messages of both sides of the step stream speak of, as schemas. */
import { z } from 'zod';
import { DETAILS, STEP_NAMES } from '../attention/steps.ts';

export const id = z.string().min(1).max(64).describe('The subscription, in a name that the client chose.');
export const run = z.string().min(1).max(64).describe('The run.');
export const seq = z.int().min(0).describe('The number of a step: 1, 2, 3 … of its run, before any filter.');
export const detailSchema = z.enum(DETAILS).meta({
  id: 'Detail',
  description: 'What one step holds: a matrix, a head, a query row, or a tile of the online softmax.',
});
export const stepName = z.enum(STEP_NAMES).meta({ id: 'StepName' });
