/** The matrix so far, large, and beside it all that was before it, small; of tiles, the running numbers of their rows. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { StepName } from '../../ask/film/frame.ts';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { SheetPicture } from '../../controls/sheet-picture.tsx';
import { unit, windowHeight } from '../../controls/size.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import { planSheet, type SheetSetting, sheetMarks } from '../../pictures/sheet.ts';
import { isOnStage } from '../on-stage/on-stage.ts';
import { colors } from '../theme.ts';
import { measure } from './measure.ts';
import { pickCell, scrub } from './picks.ts';
import { focus, hover, keptOfScene, type Scene, scene } from './shown.ts';
import { isOfKeys, isOfPairs, sheetSoFar } from './so-far.ts';
import { TileRows } from './tile-rows.tsx';
import { STEP_TITLES } from './titles.ts';

/** The part of the width that the large picture has, where there is room beside it. */
const LARGE_PART = 0.58;
const NARROW = 560;
const GAP = 32;
const MOST_HEIGHT = 416;
/** What stands above and below the cells; in windows that are too low for all of it, they have a part of the height. */
const AROUND = 464;
/** On stage, where the window is wider than high what is said stands beside the cells. */
const AROUND_ON_STAGE = { beside: 232, below: 348 };
const STAGE_PART = 0.6;
const LEAST_PART = 0.36;
const SMALL_HEIGHT = 64;

/** Of tiles, what is seen large is the matrix of scores that they are cut from. */
const TILED: ReadonlySet<StepName> = new Set(['running_max', 'rescale', 'running_sum', 'accumulator']);
export const seenIn = (name: StepName): StepName => (TILED.has(name) ? 'tile_scores' : name);

export function FilmPicture({ width }: { width: number }): JSX.Element | null {
  const here = scene.value;
  if (here === undefined) return <div class="film-picture" style={{ 'min-height': `${roomForCells()}px` }} />;
  const isNarrow = isOnStage.value || width < NARROW * unit.value;
  const large = isOnStage.value && isWide() ? STAGE_PART * width : isNarrow ? width : LARGE_PART * width;
  const beside = isNarrow ? width : width - large - GAP * unit.value;
  const isTiles = here.plan.detail === 'tile';
  return (
    <div class={isNarrow ? 'film-picture is-narrow' : 'film-picture'}>
      <Large here={here} width={large} />
      <div class="film-beside off-stage">
        {isTiles && <TileRows here={here} width={beside} />}
        <Before here={here} width={beside} />
      </div>
    </div>
  );
}

/** As the style sheet has it, which is told of no width. */
const isWide = () => window.innerWidth > windowHeight.value;

function roomForCells(): number {
  const onStage = isWide() ? AROUND_ON_STAGE.beside : AROUND_ON_STAGE.below;
  const left = windowHeight.value - (isOnStage.value ? onStage : AROUND) * unit.value;
  return Math.min(MOST_HEIGHT * unit.value, Math.max(LEAST_PART * windowHeight.value, left));
}

function settingOf(here: Scene, name: StepName, width: number, height: number, isSmall: boolean): SheetSetting {
  const { frames, plan, frame, queries, keys } = here;
  return {
    sheet: sheetSoFar(frames, plan, frame, name),
    words: { rows: queries.length, columns: keys.length },
    rowWords: isOfKeys(name) ? keys : queries,
    columnWords: keys,
    width,
    height,
    unit: unit.value,
    measure,
    isSmall,
  };
}

function Large({ here, width }: { here: Scene; width: number }): JSX.Element {
  const name = seenIn(here.frame.name);
  const isWalk = useRef(false);
  const height = roomForCells();
  keptOfScene.value;
  const count = here.frames.countUpTo(here.frame.seq, here.frame.head, name);
  const setting = useMemo(
    () => settingOf(here, name, width, height, false),
    [here, name, width, height, count, unit.value],
  );
  const { sheet } = setting;
  const { tile, rows } = here.frame;
  const { query, key } = focus.value;
  const isPairs = isOfPairs(name);
  const row = isOfKeys(name) ? key : query;
  // The picture of any step has the room of that of pairs: nothing jumps when one follows the other.
  const room = planSheet({
    ...setting,
    sheet: { ...sheet, isOfPairs: true, rows: here.queries.length, columns: here.keys.length },
  });
  const hasHidden = sheet.blocks.some(({ values }) => values.includes(Number.NEGATIVE_INFINITY));
  const legendMarks = useMemo(
    () => legend({ scale: sheet.scale, most: sheet.most, hasHidden, unit: unit.value, measure }),
    [sheet, hasHidden, unit.value],
  );
  return (
    <figure
      class="film-large"
      onKeyDownCapture={() => (isWalk.current = true)}
      onPointerDownCapture={() => (isWalk.current = false)}
      style={{ width: `${width}px`, 'min-height': `${room.height + 2 * LEGEND_HEIGHT * unit.value}px` }}
    >
      <SheetPicture
        label={`${STEP_TITLES[name]}, ${sheet.rows} by ${sheet.columns}; the arrow keys walk the cells`}
        setting={setting}
        colors={colors.value}
        lit={{
          row,
          column: isPairs ? key : undefined,
          tile: tile && { rows, columns: tile.keys },
        }}
        onPoint={(cell) => {
          hover.value = cell === undefined || !isPairs ? undefined : { query: cell.row, key: cell.column };
        }}
        onPick={(cell) => pickCell(cell, name, isWalk.current)}
      />
      <div class="film-legend">
        <CanvasPicture
          marks={legendMarks}
          width={Math.min(width, 360 * unit.value)}
          height={LEGEND_HEIGHT * unit.value}
          colors={colors.value}
        />
      </div>
    </figure>
  );
}

/** Every matrix of this head, in the order in which they follow; a click goes back to one. */
function Before({ here, width }: { here: Scene; width: number }): JSX.Element {
  const names = here.plan.names.map(({ name }) => name).filter((name) => seenIn(name) === name);
  const side = (width - 16 * unit.value) / 2;
  return (
    <section class="film-before" aria-label="What there is so far">
      {names.map((name) => (
        <Small key={name} here={here} name={name} side={side} />
      ))}
    </section>
  );
}

function Small({ here, name, side }: { here: Scene; name: StepName; side: number }): JSX.Element {
  const { frames, frame } = here;
  keptOfScene.value;
  const last = frames.last(frame.seq, frame.head, name);
  const count = frames.countUpTo(frame.seq, frame.head, name);
  const setting = useMemo(
    () => settingOf(here, name, side, SMALL_HEIGHT * unit.value, true),
    // Another frame of the same step makes no other picture of one that was before.
    [last, count, side, name, unit.value, frame.head],
  );
  const plan = useMemo(() => planSheet(setting), [setting]);
  const marks = useMemo(() => sheetMarks(setting, plan), [setting, plan]);
  const isNow = frame.name === name;
  return (
    <button
      type="button"
      class={isNow ? 'film-small is-now' : last === undefined ? 'film-small is-to-come' : 'film-small'}
      aria-current={isNow ? 'step' : undefined}
      disabled={last === undefined}
      onClick={() => last !== undefined && scrub(last.seq)}
    >
      <span class="frame" style={{ width: `${plan.width}px`, height: `${plan.height}px` }}>
        <CanvasPicture marks={marks} width={plan.width} height={plan.height} colors={colors.value} />
      </span>
      <span>{STEP_TITLES[name]}</span>
    </button>
  );
}
