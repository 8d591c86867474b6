import { attentionGrid, pairCost, type TileStage } from '../attention/plan.ts';
import type { Subject } from '../attention/steps.ts';
import { isPooled, type Tile, tileCost, tileShape } from '../attention/tile.ts';
import type { Completion, Task, TileFormat } from '../tasks/tasks.ts';
import type { Floats } from '../tensor/tensor.ts';
import type { Account } from './fair-queue.ts';
import { Ending, type PoolJob } from './pool-job.ts';
import { StageWalk } from './stage-walk.ts';

export interface TileRequest {
  subject: Subject;
  tile: Tile;
  format: TileFormat;
  /** Whether it is of float64 although its run is not. */
  isWide: boolean;
  /** What is written beside the numbers, by name. */
  about: Readonly<Record<string, string>>;
}

type State = { kind: 'computing'; walk: StageWalk } | { kind: 'writing'; started: boolean };

/** So many take as long as reading, computing and writing a byte of a body, about. */
const MULTIPLY_ADDS_OF_BYTE = 180;

/** Multiply-adds of a tile. */
export const costOfTile = (subject: Subject, tile: Tile): number => tileCost(tile, subject, pairCost(subject.problem));

/**
 * Computes a tile of a run in shards, as any other computation, and writes it in a task of its own. `memory` is taken for its
 * numbers, and given back when no thread works on it.
 */
export class TileJob implements PoolJob<Uint8Array[]> {
  readonly bodyBytes = 0;
  readonly likeBytes: number;
  readonly account: Account;
  readonly #request: TileRequest;
  readonly #ending = new Ending<Uint8Array[]>();
  readonly #into: Floats;
  #state: State;
  #running = 0;

  constructor(request: TileRequest, account: Account, memory: (bytes: number) => SharedArrayBuffer) {
    this.#request = request;
    this.account = account;
    const { subject, tile } = request;
    this.likeBytes = costOfTile(subject, tile) / MULTIPLY_ADDS_OF_BYTE;
    const [height, width] = tileShape(tile);
    const isWide = request.isWide || subject.problem.precision === 'float64';
    const hasSums = isPooled(tile) && tile.by === 'mean';
    const buffer = memory(height * width * (isWide || hasSums ? 8 : 4));
    const into =
      isWide || hasSums ? new Float64Array(buffer, 0, height * width) : new Float32Array(buffer, 0, height * width);
    const grid = { ...attentionGrid(subject.problem), splits: 1 };
    const stage: TileStage = { kind: 'tile', subject, tile, into, isWide, grid };
    this.#into = into;
    this.#state = { kind: 'computing', walk: new StageWalk([stage]) };
  }

  get result(): Promise<Uint8Array[]> {
    return this.#ending.result;
  }

  get ended(): boolean {
    return this.#ending.ended;
  }

  get running(): number {
    return this.#running;
  }

  get wants(): 'nothing' | 'slice' | 'long' {
    const state = this.#state;
    if (this.ended) return 'nothing';
    if (state.kind === 'computing') return state.walk.hasWork ? 'slice' : 'nothing';
    return state.started ? 'nothing' : 'long';
  }

  take(): Task | undefined {
    const state = this.#state;
    if (state.kind === 'computing') {
      const piece = state.walk.take();
      if (piece !== undefined) this.#running++;
      return piece;
    }
    this.#running++;
    state.started = true;
    const { tile, format, about, subject, isWide } = this.#request;
    const dtype = isWide || subject.problem.precision === 'float64' ? 'float64' : 'float32';
    return { kind: 'write-tile', tile, data: this.#into, dtype, format, about };
  }

  threadFreed(): void {
    this.#running--;
  }

  accept(completion: Completion): void {
    if (this.ended) return;
    if (completion.kind === 'write-tile') this.#ending.resolve(completion.result.pieces);
    if (completion.kind === 'compute' && this.#state.kind === 'computing') {
      this.#state.walk.advanced(completion.result);
      if (this.#state.walk.isOver) this.#state = { kind: 'writing', started: false };
    }
  }

  fail(error: unknown): void {
    if (this.ended) return;
    if (this.#state.kind === 'computing') this.#state.walk.cancel();
    this.#ending.reject(error);
  }
}
