/** What the routes of a run's matrices take and answer, for the documentation. */
import { z } from 'zod';
import { answered } from './answers.ts';
import { bytes } from './binary.ts';
import { CALLED, problems } from './problems.ts';
import { matrixQuery, rowsQuery } from './query-schemas.ts';
import { GONE, runId } from './run-schemas.ts';

const tags = ['runs'];

const numbers = z.array(z.union([z.number(), z.literal('-Infinity')]));

const tileSchema = z
  .looseObject({
    run: z.string(),
    batch: z.string(),
    head: z.string(),
    rows: z.string().describe('From and to, the end excluded.'),
    keys: z.string(),
    pool: z.string(),
    by: z.string(),
  })
  .catchall(z.array(numbers))
  .meta({ id: 'Tile', description: 'The numbers under the name of their step, row by row, and what they are of.' });

export const matrixRoute = {
  operationId: 'getMatrix',
  summary: 'A tile of a matrix of a run',
  description:
    'By default the pattern of the first head. Computed when it is asked for from what the run keeps, pooled while it is: a picture of any size of a matrix of any size. Tiles never change and may be kept by caches. As safetensors with the name of the step; as the bare numbers of float32, little-endian, with their shape in the header tensor-shape; or in JSON.',
  tags,
  params: runId,
  querystring: matrixQuery,
  response: {
    200: {
      description: 'The numbers of the tile; −∞ where nothing may be seen.',
      content: {
        'application/vnd.safetensors': {
          schema: bytes(
            'A safetensors file with one tensor, named as its step; what it is of as texts in `__metadata__`.',
          ),
        },
        'application/octet-stream': { schema: bytes('The numbers alone, row by row: float32, little-endian.') },
        'application/json': { schema: tileSchema },
      },
    },
    304: { type: 'null', description: 'If-None-Match has it already.' },
    ...problems('GetMatrix', [
      ...CALLED,
      ...GONE,
      'invalid_option',
      'output_too_large',
      'not_acceptable',
      'overflow',
      'deadline_exceeded',
      'worker_died',
      'workers_failing',
    ]),
  },
};

const perRow = (description: string) => z.array(z.number()).describe(description);

const rowsSchema = z
  .object({
    run: z.string(),
    batch: z.int(),
    head: z.int(),
    rows: z.tuple([z.int(), z.int()]).describe('From and to, the end excluded.'),
    entropy: perRow('−Σ w ln w of each row, in nats.'),
    max_weight: perRow('The largest weight of each row.'),
    max_key: z.array(z.int()).describe('The key that has it, the first of equals; −1 where a row sees none.'),
    mean_distance: perRow('How far a row looks on the average, in positions.'),
  })
  .meta({ id: 'RunRows', description: 'What stands beside the rows of a pattern.' });

export const rowsRoute = {
  operationId: 'getRows',
  summary: 'Statistics of the rows of a run’s pattern',
  description: 'Entropy, largest weight and distance of each query of one head, at most 2,048 rows at once.',
  tags,
  params: runId,
  querystring: rowsQuery,
  response: {
    200: answered('The statistics of the rows.', rowsSchema),
    ...problems('GetRows', [
      ...CALLED,
      ...GONE,
      'invalid_option',
      'output_too_large',
      'overflow',
      'deadline_exceeded',
      'worker_died',
      'workers_failing',
    ]),
  },
};
