/** All heads as small pictures: a click picks one, the arrow keys walk them. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { attentions, place } from '../../ask/model/opened.ts';
import { overview } from '../../ask/model/overview.ts';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { textWidth, unit, windowHeight } from '../../controls/size.ts';
import {
  type Multiple,
  type MultiplesPlan,
  multipleAt,
  multiplesMarks,
  multiplesSides,
  planMultiples,
} from '../../pictures/multiples/small-multiples.ts';
import { Marks } from '../../pictures/svg.tsx';
import { matrixRoom } from '../on-stage/on-stage.ts';
import { colors } from '../theme.ts';
import { pickHead } from './picks.ts';
import { pictures, pointedHead } from './shown.ts';

/** Of the window, so that the head that is picked is in sight below. */
const PART = 0.48;
const LABEL = 12;
const measure = (names: readonly string[]) => Math.max(0, ...names.map((name) => textWidth(name, LABEL * unit.peek())));

export function OverviewPicture({ width }: { width: number }): JSX.Element {
  const { layers, heads } = attentions.value;
  const { value: grids } = pictures;
  const height = matrixRoom.value ?? PART * windowHeight.value;
  const setting = useMemo(
    () => ({
      rows: layers,
      columns: heads,
      grids: grids.length > 0 ? grids : Array.from({ length: layers * heads }, () => undefined),
      rowTitle: 'layer',
      columnTitle: 'head',
      width,
      height,
      unit: unit.value,
      measure,
    }),
    [layers, heads, grids, width, height, unit.value],
  );
  const plan = useMemo(() => planMultiples(setting), [setting]);
  const marks = useMemo(() => multiplesMarks(setting, plan), [setting, plan]);
  const picked = { row: place.value.layer, column: place.value.head };
  const under = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return multipleAt(plan, event.clientX - left, event.clientY - top);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a picture of heads.
    <div
      role="group"
      id="heads"
      class="matrix"
      data-picture
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk its heads.
      tabIndex={0}
      aria-label={`${layers} layers by ${heads} heads; the arrow keys go from head to head, Enter to the weights of one`}
      aria-busy={overview.value.count < layers * heads}
      style={{ width: `${plan.width}px`, height: `${plan.height}px` }}
      onPointerMove={(event) => event.pointerType === 'mouse' && point(under(event))}
      onPointerLeave={() => point(undefined)}
      onClick={(event) => {
        const head = under(event);
        if (head !== undefined) pickHead(head);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') document.getElementById('matrix')?.focus();
        const next = beside(event.key, picked, plan);
        if (next !== undefined) pickHead(next);
        if (next !== undefined || event.key === 'Enter') event.preventDefault();
      }}
    >
      <CanvasPicture marks={marks} width={plan.width} height={plan.height} colors={colors.value} />
      <Marks
        marks={multiplesSides(setting, plan, { picked, pointed: pointedHead.value })}
        width={plan.width}
        height={plan.height}
      />
    </div>
  );
}

function point(head: Multiple | undefined): void {
  const now = pointedHead.peek();
  if (now?.row !== head?.row || now?.column !== head?.column) pointedHead.value = head;
}

const MOVES: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function beside(key: string, { row, column }: Multiple, { rows, columns }: MultiplesPlan): Multiple | undefined {
  const move = MOVES[key];
  if (move === undefined) return undefined;
  const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
  return { row: within(row + move[0], rows), column: within(column + move[1], columns) };
}
