/** What is asked of the matrices of a run over HTTP: tiles of them, and the statistics of their rows. */
import type { StepName } from '../attention/steps.ts';
import {
  type AskedTile,
  type OpenRange,
  planRows,
  planTile,
  type RowsPlace,
  type Tile,
  tileShape,
} from '../attention/tile.ts';
import { isOverflow, RequestError } from '../errors.ts';
import type { Payer } from '../limits/caller.ts';
import { Slots } from '../pool/slots.ts';
import { costOfTile, type TileRequest } from '../pool/tile-job.ts';
import type { TileFormat } from '../tasks/tasks.ts';
import type { Run, RunPool } from './run.ts';

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

const MOST_ROWS = 2048;
const RANGE = /^(\d{0,9}):(\d{0,9})$/;

/**
 * The tile that is asked for; nothing of it is computed.
 * @throws RequestError `invalid_option` for what the run does not have, `output_too_large`
 */
export function tileOf({ id, plan, subjects }: Run, asked: MatrixAsked, maxBytes: number): PlannedTile {
  const { head = 0, step = 'pattern' } = asked;
  const hasSums = asked.by === 'mean' && asked.pool?.some((side) => side > 1);
  const most = maxBytes / (hasSums || subjects[0].problem.precision === 'float64' ? 8 : 4);
  const ranges = { rows: rangeOf('rows', asked.rows), keys: rangeOf('keys', asked.keys) };
  const tile = planTile(plan, subjects, { ...asked, ...ranges, name: step }, most);
  const { batch, rowStart, rowEnd, keyStart, keyEnd, poolRows, poolKeys, by } = tile;
  const place = { batch: `${batch}`, head: `${head}`, rows: `${rowStart}:${rowEnd}`, keys: `${keyStart}:${keyEnd}` };
  const about = { run: id, ...place, pool: `${poolRows},${poolKeys}`, by };
  return { tile, shape: tileShape(tile), about, multiplyAdds: costOfTile(subjects[tile.part], tile) };
}

/** Of one run, and of all: so much of their numbers is in memory at once, whatever is asked for. */
const TILES_OF_RUN = 4;
const TILES_AT_ONCE = 8;
const TILES_WAITING = 256;

/** How a tile is written, who waits for it, for how long at most, and who pays. */
interface TileTerms {
  format: TileFormat;
  signal: AbortSignal;
  deadlineMs: number;
  payer: Payer | undefined;
}

/** The tiles of all runs, a few at a time: those that wait hold no memory. */
export class Tiles {
  readonly #pool: Pick<RunPool, 'admit'>;
  readonly #slots = new Slots({ all: TILES_AT_ONCE, waiting: TILES_WAITING, limit: 'MAX_QUEUE' });

  constructor(pool: Pick<RunPool, 'admit'>) {
    this.#pool = pool;
  }

  /**
   * Has a tile computed and written, in pieces of memory of their own.
   * @throws RequestError `saturated`, `rate_limited`, `deadline_exceeded`, `overflow`; what the run has failed with or is gone for
   */
  async write(run: Run, { tile, about, multiplyAdds }: PlannedTile, terms: TileTerms): Promise<Uint8Array[]> {
    const { format, deadlineMs, payer } = terms;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(tooLate(deadlineMs)), deadlineMs);
    const signal = AbortSignal.any([terms.signal, late.signal]);
    try {
      await untilReady(run, tile.name, signal);
      // A run that is computed still comes before the pictures of it.
      const leave = await this.#slots.enter(run.id, () => (run.isRunning ? 1 : TILES_OF_RUN), signal);
      try {
        this.#pool.admit(0);
        payer?.payAhead(multiplyAdds);
        return await written(run, { tile, format, about }, signal);
      } finally {
        leave();
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Until a matrix can be computed. @throws what the run has failed with or is gone for */
async function untilReady(run: Run, name: StepName, signal: AbortSignal): Promise<void> {
  while (run.endedWith === undefined && !signal.aborted && !run.isReady(name)) {
    await new Promise<void>((resolve) => {
      run.onNews(resolve);
      signal.addEventListener('abort', () => resolve(run.offNews(resolve)), { once: true });
    });
  }
  signal.throwIfAborted();
  if (run.endedWith !== undefined) throw run.endedWith;
}

/** In float64 where float32 has no room for its numbers, and its format has. */
async function written(run: Run, request: Pick<TileRequest, 'tile' | 'format' | 'about'>, signal: AbortSignal) {
  try {
    return await run.tile({ ...request, isWide: false }, signal);
  } catch (error) {
    if (!isOverflow(error) || request.format === 'float32') throw error;
    return await run.tile({ ...request, isWide: true }, signal);
  }
}

const tooLate = (ms: number) =>
  new RequestError('deadline_exceeded', `the tile was not computed within ${ms} ms: others were before it`);

/**
 * The statistics of rows of the pattern of one head.
 * @throws RequestError `invalid_option`, `output_too_large`; what the run has failed with or is gone for
 */
export async function rowsOf(run: Run, asked: Pick<MatrixAsked, 'batch' | 'head' | 'rows'>, signal: AbortSignal) {
  const { batch = 0, head = 0, rows } = asked;
  const place = planRows(run.plan, run.subjects, { batch, head, rows: rangeOf('rows', rows) }, MOST_ROWS);
  // They come from the last stages of all.
  await untilReady(run, 'result', signal);
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
