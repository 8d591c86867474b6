/** What a replica is told of a part that it may take: a text in the queue. */
import { z } from 'zod';
import type { ByteRange } from '../../../spread/placed.ts';

const taskSchema = z.object({
  /** The job that it is a part of, and its number there. */
  job: z.uuid(),
  index: z.int().min(0),
  parts: z.int().min(1),
  /** Which attempt of the job it is of. */
  attempt: z.int().min(1),
  /** When it has taken too long, by the clock in ms. */
  until: z.number(),
  /** The header of its body, in base64, and which bytes of the body of the job follow it. */
  head: z.base64(),
  ranges: z.array(z.tuple([z.int().min(0), z.int().min(0)])),
  grid: z.object({ rows: z.int().min(1), keys: z.int().min(1) }),
  hasSomeKeys: z.boolean(),
});
export type PartTask = Omit<z.output<typeof taskSchema>, 'ranges'> & { ranges: readonly ByteRange[] };

export const writeTask = (task: PartTask): Record<string, string> => ({ part: JSON.stringify(task) });

/** @throws Error where it is none of ours */
export const readTask = ({ part = '' }: Record<string, string>): PartTask => taskSchema.parse(JSON.parse(part));

/** The name of a part in the queue, and the job in that. */
export const partId = (job: string, index: number): string => `${job}-${index}`;
export const jobOfPart = (id: string): string => id.slice(0, id.lastIndexOf('-'));
