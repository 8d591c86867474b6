/** What is asked of the matrices of a run over HTTP: tiles of them, and the statistics of their rows. */
import {
  type AskedTile,
  type OpenRange,
  planRows,
  planTile,
  type RowsPlace,
  type Tile,
  tileShape,
} from '../attention/tile.ts';
import { RequestError } from '../errors.ts';
import { costOfTile } from '../pool/tile-job.ts';
import type { Run } from './run.ts';

/** As its query has it; ranges are `from:to`, and either number may be left out. */
export interface MatrixAsked extends Omit<AskedTile, 'name' | 'rows' | 'keys'> {
  step?: AskedTile['name'];
  rows?: string | undefined;
  keys?: string | undefined;
}

interface PlannedTile {
  tile: Tile;
  /** `[rows, columns]` */
  shape: readonly [number, number];
  /** What it is of, as its own file tells. */
  about: Record<string, string>;
  multiplyAdds: number;
}

const NUMBER_BYTES = { float32: 4, float64: 8 } as const;
const MOST_ROWS = 16_384;
const RANGE = /^(\d{0,9}):(\d{0,9})$/;

/**
 * The tile that is asked for; nothing of it is computed.
 * @throws RequestError `invalid_option` for what the run does not have, `output_too_large`
 */
export function tileOf({ id, plan, subjects }: Run, asked: MatrixAsked, maxBytes: number): PlannedTile {
  const { head = 0, step = 'pattern' } = asked;
  const most = maxBytes / NUMBER_BYTES[subjects[0].problem.precision];
  const ranges = { rows: rangeOf('rows', asked.rows), keys: rangeOf('keys', asked.keys) };
  const tile = planTile(plan, subjects, { ...asked, ...ranges, name: step }, most);
  const { batch, rowStart, rowEnd, keyStart, keyEnd, poolRows, poolKeys, by } = tile;
  const place = { batch: `${batch}`, head: `${head}`, rows: `${rowStart}:${rowEnd}`, keys: `${keyStart}:${keyEnd}` };
  const about = { run: id, ...place, pool: `${poolRows},${poolKeys}`, by };
  return { tile, shape: tileShape(tile), about, multiplyAdds: costOfTile(subjects[tile.part], tile) };
}

/**
 * The statistics of rows of the pattern of one head.
 * @throws RequestError `invalid_option`, `output_too_large`; what the run has failed with or is gone for
 */
export async function rowsOf(run: Run, asked: Pick<MatrixAsked, 'batch' | 'head' | 'rows'>) {
  const { batch = 0, head = 0, rows } = asked;
  const place = planRows(run.plan, run.subjects, { batch, head, rows: rangeOf('rows', rows) }, MOST_ROWS);
  // They come from the last stages of all.
  await run.untilReady('result');
  return { run: run.id, batch, head, rows: [place.rowStart, place.rowEnd], ...statisticsIn(run, place) };
}

function statisticsIn({ subjects }: Run, { part, batch, head, rowStart, rowEnd }: RowsPlace) {
  const { problem, result } = subjects[part];
  if (result.stats === undefined) throw new Error('a run has no statistics');
  const first = (batch * problem.numHeads + head) * problem.queryLength;
  const of = (all: Float64Array | Int32Array) => [...all.subarray(first + rowStart, first + rowEnd)];
  const { entropy, maxWeight, maxKey, distance } = result.stats;
  return { entropy: of(entropy), max_weight: of(maxWeight), max_key: of(maxKey), mean_distance: of(distance) };
}

/** @throws RequestError `invalid_option` */
function rangeOf(name: 'rows' | 'keys', text = ':'): OpenRange {
  const [, from, to] = RANGE.exec(text) ?? [];
  if (from === undefined) {
    const detail = `${name} must be a range such as 0:256, the end excluded; either number may be left out`;
    throw new RequestError('invalid_option', detail, { pointer: `/${name}` });
  }
  return [from === '' ? undefined : Number(from), to === '' ? undefined : Number(to)];
}
