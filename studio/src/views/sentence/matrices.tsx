/** The same weights as a matrix, and all heads beside it as small ones to pick from. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Head, Reading } from '../../ask/reading.ts';
import { pickedHeads } from '../../ask/sentence-request.ts';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { MatrixPicture } from '../../controls/matrix-picture.tsx';
import { textWidth, unit } from '../../controls/size.ts';
import type { Grid } from '../../pictures/grid.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import type { Paint } from '../../pictures/mark.ts';
import { LABEL_SIZE, type MatrixSetting, matrix, planMatrix } from '../../pictures/matrix.ts';
import { state } from '../../state/here.ts';
import { isOnStage, matrixRoom } from '../on-stage/on-stage.ts';
import { colors } from '../theme.ts';
import { HEAD_TITLES, shownPaint } from './layers.ts';
import { pickHead, pickPair, toggleHead, walkPairs } from './picks.ts';
import { axisOf, focus, hover, layers, reading, shownPair } from './shown.ts';

/** Of a small matrix, at least and at most. */
const SMALL = [72, 160];
/** Below this width they stand below the matrix, in two columns as beside it. */
const NARROW = 560;
const MATRIX_PART = 0.6;
const GAP = 32;
const SCALE_WIDTH = 320;

/** @param isStacked whether the heads stand below the matrix, however wide it is */
export function Matrices({ width, isStacked }: { width: number; isStacked: boolean }): JSX.Element | null {
  const answer = reading.value;
  if (answer === undefined || width === 0) return null;
  const isNarrow = isStacked || isOnStage.value || width < NARROW * unit.value;
  const gap = GAP * unit.value;
  const [least, most] = SMALL.map((size) => size * unit.value);
  const beside = (isNarrow ? width : (1 - MATRIX_PART) * width - gap) - 0.5 * gap;
  const side = Math.max(least, Math.min(most, Math.floor(beside / 2)));
  return (
    <div class="matrices">
      <LinkedMatrix answer={answer} width={isNarrow ? width : MATRIX_PART * width} />
      <section class="heads off-stage" aria-label="Heads">
        {answer.heads.map((head) => (
          <SmallHead key={head.name} head={head} answer={answer} side={side} />
        ))}
      </section>
    </div>
  );
}

function LinkedMatrix({ answer, width }: { answer: Reading; width: number }): JSX.Element | null {
  const [layer] = layers.value;
  const setting = useSetting({
    grid: layer?.grid,
    paint: layer?.paint,
    answer,
    width,
    height: matrixRoom.value,
    unit: unit.value,
  });
  if (setting === undefined) return null;
  const pair = shownPair.value;
  return (
    <figure class="linked" data-picture>
      <MatrixPicture
        label={`Weights of ${layer.title}, ${answer.queries.length} by ${answer.keys.length}; the arrow keys go from cell to cell`}
        setting={setting}
        colors={colors.value}
        axis={axisOf(focus.value)}
        sources={focus.value.sources}
        pair={pair && { row: pair.query, column: pair.key }}
        onPoint={(cell) => {
          const now = hover.peek();
          if (cell === undefined) hover.value = undefined;
          else if (now?.on !== 'cell' || now.query !== cell.row || now.key !== cell.column)
            hover.value = { on: 'cell', query: cell.row, key: cell.column };
        }}
        onPick={({ row, column }) => pickPair({ query: row, key: column })}
        onWalk={({ row, column }) => walkPairs({ query: row, key: column })}
      />
      {isOnStage.value && <MatrixScale setting={setting} />}
      {layers.value.length > 1 && <figcaption>{layer.title}</figcaption>}
    </figure>
  );
}

/** What the colors mean; elsewhere a number stands beside. */
function MatrixScale({ setting }: { setting: MatrixSetting }): JSX.Element {
  const { paint, rowWords, columnWords, isHidden, unit, measure } = setting;
  const marks = useMemo(() => {
    const hasHidden = rowWords.some((_, row) => columnWords.some((_, column) => isHidden(row, column)));
    return legend({ scale: 'weights', most: 1, paint, hasHidden, unit, measure });
  }, [setting]);
  return (
    <div class="matrix-scale">
      <CanvasPicture marks={marks} width={SCALE_WIDTH * unit} height={LEGEND_HEIGHT * unit} colors={colors.value} />
    </div>
  );
}

function useSetting(given: {
  grid: Grid | undefined;
  paint: Paint | undefined;
  answer: Reading;
  width: number;
  height: number | undefined;
  unit: number;
}): MatrixSetting | undefined {
  const { grid, paint, answer, width, height, unit } = given;
  return useMemo(() => {
    const { queries, keys, isHidden } = answer;
    if (grid === undefined || paint === undefined) return undefined;
    const measure = (words: readonly string[]) =>
      words.reduce((most, word) => Math.max(most, textWidth(word, LABEL_SIZE * unit)), 0);
    return { grid, paint, rowWords: queries, columnWords: keys, isHidden, width, height, unit, measure };
  }, [grid, paint, answer, width, height, unit]);
}

function SmallHead({ head, answer, side }: { head: Head; answer: Reading; side: number }): JSX.Element {
  const paint = shownPaint(state.value, head.name);
  const { marks, plan } = useMemo(() => {
    const { isHidden } = answer;
    const grid = head.weights;
    const width = Math.min(side, (side * grid.columns) / Math.max(grid.rows, 1));
    const none = { rowWords: [], columnWords: [], measure: () => 0, unit: 1, isSmall: true };
    const setting = { ...none, grid, paint, isHidden, width };
    const plan = planMatrix(setting);
    return { plan, marks: matrix(setting, plan) };
  }, [head, answer, side, paint]);
  const isPicked = pickedHeads(state.value).includes(head.name);
  return (
    <button
      type="button"
      class="small-head"
      aria-pressed={isPicked}
      style={{ '--own': `var(--${paint})` }}
      onClick={(event) => (event.shiftKey ? toggleHead(head.name) : pickHead(head.name))}
    >
      <span class="frame" style={{ width: `${plan.width}px`, height: `${plan.height}px` }}>
        <CanvasPicture marks={marks} width={plan.width} height={plan.height} colors={colors.value} />
      </span>
      <span>{HEAD_TITLES[head.name]}</span>
    </button>
  );
}
