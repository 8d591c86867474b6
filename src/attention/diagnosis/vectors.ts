import type { Floats, HeadsView } from '../../tensor/tensor.ts';
import type { Convention, Layout, Turn } from './convention.ts';
import type { AskedTurn, Dump } from './dump.ts';
import { Memo } from './memo.ts';
import { projected } from './projected.ts';
import { rounder } from './rounding.ts';

export type Role = 'query' | 'key' | 'value';

/** Rows of one head: row l begins at `start + l·stride`. */
export interface Rows {
  data: Floats;
  start: number;
  stride: number;
  length: number;
  width: number;
}

const ROWS_BYTES = 32 * 1024 * 1024;

/** The queries, keys and values of heads as an implementation reads them, by its convention. */
export class Vectors {
  readonly #dump: Dump;
  readonly #rows = new Memo<Rows & { byteLength: number }>(ROWS_BYTES);
  readonly #views = new Memo<HeadsView & { byteLength: number }>(ROWS_BYTES);

  constructor(dump: Dump) {
    this.#dump = dump;
  }

  /** @param head a query head for queries, a key head for all else */
  rows(role: Role, convention: Convention, batch: number, head: number): Rows {
    const source = sourceOf(role, convention.roles);
    const layout = convention.layouts[role];
    const turn = role === 'value' ? undefined : convention.turns[role];
    const averages = convention.averaged === 'keys_and_values' && role !== 'query';
    const format = convention.rounding.inputs;
    const { projections } = convention;
    const view = this.#view(source, projections);
    if (layout === 'right' && turn === undefined && !averages && format === undefined) {
      return this.#direct(source, view, batch, head);
    }
    const name = JSON.stringify([role, source, layout, turn, averages, format, projections, batch, head]);
    return this.#rows.get(name, () => {
      const sizes = this.#sizes(source);
      const heads = averages ? Array.from({ length: sizes.heads }, (_, h) => h) : [head];
      const data = new Float64Array(sizes.length * sizes.width);
      for (const one of heads) addHead(data, view, sizes, { batch, head: one, layout, share: 1 / heads.length });
      if (turn !== undefined && this.#dump.turn !== undefined) this.#turn(data, role, source, turn, batch);
      if (format !== undefined) round(data, rounder(format));
      return { data, start: 0, stride: sizes.width, ...sizes, byteLength: data.byteLength };
    });
  }

  /** One row of queries. */
  query(convention: Convention, batch: number, head: number, row: number): Float64Array {
    const source = sourceOf('query', convention.roles);
    const sizes = this.#sizes(source);
    const view = this.#view(source, convention.projections);
    const [h, l] = laidOut(convention.layouts.query, head, row, sizes.heads, sizes.length);
    const start = batch * view.batchStride + h * view.headStride + l * view.rowStride;
    const data = Float64Array.from({ length: sizes.width }, (_, x) => view.data[start + x]);
    const turn = convention.turns.query;
    const { turn: asked, pastLength } = this.#dump;
    const first = source === 'query' ? 0 : pastLength;
    if (turn !== undefined && asked !== undefined && row >= first) {
      turnRow(data, 0, turn, positionOf(asked, true, { batch, row: row - first, turn }));
    }
    const format = convention.rounding.inputs;
    if (format !== undefined) round(data, rounder(format));
    return data;
  }

  #direct(source: Role, view: HeadsView, batch: number, head: number): Rows {
    const { length, width } = this.#sizes(source);
    const start = batch * view.batchStride + head * view.headStride;
    return { data: view.data, start, stride: view.rowStride, length, width };
  }

  #sizes(source: Role): { heads: number; length: number; width: number } {
    const { numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = this.#dump.problem;
    if (source === 'query') return { heads: numHeads, length: queryLength, width: headDim };
    return { heads: numKeyHeads, length: keyLength, width: source === 'key' ? headDim : valueDim };
  }

  #view(source: Role, { order, transposed, inputBias }: Convention['projections']): HeadsView {
    const view = this.#dump.problem[source];
    const at = ['query', 'key', 'value'].indexOf(source);
    if (this.#dump.projections === undefined) return view;
    if (order[at] === at && !transposed[at] && inputBias === 1) return view;
    const name = JSON.stringify([source, order[at], transposed[at], inputBias]);
    const { projections } = this.#dump;
    return this.#views.get(name, () => {
      const data = projected(projections, source, view.data, {
        from: order[at],
        transposed: transposed[at],
        bias: inputBias,
      });
      return { ...view, data, byteLength: data.byteLength };
    });
  }

  /** In place; past keys stay as they are. */
  #turn(data: Float64Array, role: Role, source: Role, turn: Turn, batch: number): void {
    const { pastLength, turn: asked } = this.#dump;
    const { length, width } = this.#sizes(source);
    if (asked === undefined) return;
    const isQuery = role === 'query';
    const first = source === 'query' ? 0 : pastLength;
    for (let row = first; row < length; row++) {
      const position = positionOf(asked, isQuery, { batch, row: row - first, turn });
      turnRow(data, row * width, turn, position);
    }
  }
}

function sourceOf(role: Role, roles: Convention['roles']): Role {
  if (roles === 'query_key' && role !== 'value') return role === 'query' ? 'key' : 'query';
  if (roles === 'key_value' && role !== 'query') return role === 'key' ? 'value' : 'key';
  return role;
}

function positionOf(
  asked: AskedTurn,
  isQuery: boolean,
  { batch, row, turn }: { batch: number; row: number; turn: Turn },
): number {
  const positions = (isQuery ? asked.queryPositions : asked.keyPositions)[batch];
  return (turn.restarts ? row : (positions[row] ?? row)) + turn.shift;
}

/** Turns each pair x by the angle sign·p·base^(−2x/dim). */
function turnRow(data: Float64Array, start: number, { base, dim, interleaved, sign }: Turn, position: number): void {
  const half = dim / 2;
  for (let x = 0; x < half; x++) {
    const angle = sign * position * base ** ((-2 * x) / dim);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const one = start + (interleaved ? 2 * x : x);
    const other = one + (interleaved ? 1 : half);
    const [a, b] = [data[one], data[other]];
    data[one] = a * cos - b * sin;
    data[other] = a * sin + b * cos;
  }
}

/** Which row of which head stands at row `row` of head `head`, of `[heads, length]` rows in a layout. */
export function laidOut(layout: Layout, head: number, row: number, heads: number, length: number): [number, number] {
  if (layout === 'right') return [head, row];
  if (layout === 'read_as_rows') {
    const at = row * heads + head;
    return [Math.floor(at / length), at % length];
  }
  const at = head * length + row;
  return [at % heads, Math.floor(at / heads)];
}

function addHead(
  data: Float64Array,
  view: HeadsView,
  { heads, length, width }: { heads: number; length: number; width: number },
  { batch, head, layout, share }: { batch: number; head: number; layout: Layout; share: number },
): void {
  for (let row = 0; row < length; row++) {
    const [h, l] = laidOut(layout, head, row, heads, length);
    const start = batch * view.batchStride + h * view.headStride + l * view.rowStride;
    if (share === 1) data.set(view.data.subarray(start, start + width), row * width);
    else for (let x = 0; x < width; x++) data[row * width + x] += share * view.data[start + x];
  }
}

function round(data: Float64Array, by: (x: number) => number): void {
  for (let at = 0; at < data.length; at++) data[at] = by(data[at]);
}
