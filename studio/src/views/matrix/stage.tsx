/** The matrix: a map of it, with what stands around it, and what its colors mean. */
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { answered, isElsewhere, place, source, store } from '../../ask/matrix/current.ts';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { MapCanvas } from '../../controls/map-canvas.tsx';
import { isPrinted, unit, useWidth, windowHeight } from '../../controls/size.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import { state } from '../../state/here.ts';
import { Live } from '../live.tsx';
import { Notice, Refusal } from '../notice.tsx';
import { matrixRoom } from '../on-stage/on-stage.ts';
import { measure } from '../steps/measure.ts';
import { colors } from '../theme.ts';
import { drawAround } from './draw-around.ts';
import { drawCells } from './draw-cells.ts';
import { onMapKey } from './keys.ts';
import { layoutOf } from './layout.ts';
import { moveBy, pick, point, zoomBy } from './picks.ts';
import { cell, counts, layout, look, rowStatistics, sight, wordOf } from './shown.ts';
import { MatrixTables } from './tables.tsx';
import { saidOf } from './told.ts';
import './wanted.ts';

/** Of what is left of the window below the bar. */
const LEAST_HEIGHT = 320;
const AROUND = 190;
const LEGEND_WIDTH = 360;
/** On stage: what it is of, above it. */
const TITLE = 28;

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  // No higher than wide: a finger that drags the map does not scroll the page, and needs room beside it.
  const height =
    matrixRoom.value === undefined
      ? Math.max(LEAST_HEIGHT, Math.min(width, windowHeight.value - AROUND * unit.value))
      : Math.min(width, matrixRoom.value - TITLE * unit.value);
  return (
    <div ref={ref} class="stage-inner matrix-stage">
      {isElsewhere.value && (
        <div class="notice" role="status">
          This link is of a file, which no link can hold: open it in its view. Until then this is the sentence.
        </div>
      )}
      <Notice answered={answered.value} idle={source.value === undefined ? 'Type a sentence in the first view.' : ''} />
      <Fault />
      {width > 0 && source.value !== undefined && <MatrixMap width={width} height={isPrinted.value ? width : height} />}
      <Live said={saidOf} />
      <MatrixTables />
    </div>
  );
}

/** What is wrong with a tile, where a run could be started. */
function Fault(): JSX.Element | null {
  const problem = store.value?.problem.value;
  if (problem === undefined) return null;
  return (
    <div class="notice is-refused" role="alert">
      {problem.isTemporary ? 'The service does not answer. Trying again …' : <Refusal problem={problem} />}
    </div>
  );
}

function MatrixMap({ width, height }: { width: number; height: number }): JSX.Element | null {
  const [here, how, all] = [source.value, place.value, counts.value];
  const hasStrips = here?.rowStatistics !== undefined;
  const laid = useMemo(
    () => layoutOf(width, height, { unit: unit.value, hasStrips }),
    [width, height, unit.value, hasStrips],
  );
  useEffect(() => {
    layout.value = laid;
  }, [laid]);
  const [seen, colored, tiles] = [sight.value, look.value, store.value];
  const palette = colors.value;
  const draw = (pen: CanvasRenderingContext2D, density: number) => {
    if (here === undefined || how === undefined || all === undefined || seen === undefined || tiles === undefined)
      return;
    const shared = { sight: seen, counts: all, palette, unit: unit.value };
    if (colored !== undefined) {
      pen.save();
      pen.translate(laid.left, laid.top);
      drawCells(pen, { ...shared, extent: laid.extent, how, look: colored, store: tiles, density });
      pen.restore();
    }
    const statistics = rowStatistics.value;
    drawAround(pen, {
      ...shared,
      layout: laid,
      cell: cell.value,
      wordOf: (of, at) => wordOf(here, of, at),
      statistics,
    });
  };
  if (here === undefined || how === undefined) return null;
  return (
    <figure class="matrix-figure" data-picture>
      <figcaption>
        <code>{how.step}</code> of {here.title}
        {here.heads > 1 && `, head ${here.headNames?.[how.head] ?? how.head}`}
        {here.batch > 1 && ` of batch entry ${how.batch}`}: {here.rows.toLocaleString('en')} queries by{' '}
        {here.keys.toLocaleString('en')} keys
      </figcaption>
      <MapCanvas
        id="matrix"
        label={`${how.step}, ${here.rows} by ${here.keys}; the arrow keys walk the cells, + and − zoom, 0 shows all`}
        width={laid.width}
        height={laid.height}
        draw={draw}
        on={[here, how, seen, colored, palette, cell.value, tiles?.news.value, rowStatistics.value]}
        onMove={moveBy}
        onZoom={zoomBy}
        onPoint={point}
        onPick={pick}
        onKey={onMapKey}
      />
      {colored !== undefined && <Legend width={width} />}
    </figure>
  );
}

function Legend({ width }: { width: number }): JSX.Element | null {
  const colored = look.value;
  if (colored === undefined) return null;
  const { scale, most, isLog } = colored;
  const hasHidden = place.value?.step === 'masked';
  const isWide = width >= LEGEND_WIDTH * unit.value;
  const marks = legend({ scale, most, hasHidden: hasHidden && isWide, unit: unit.value, measure, isLog });
  return (
    <div class="matrix-legend">
      <CanvasPicture
        marks={marks}
        width={Math.min(width, LEGEND_WIDTH * unit.value)}
        height={LEGEND_HEIGHT * unit.value}
        colors={colors.value}
      />
      <span class="quiet">
        {isLog ? 'logarithmic' : 'linear'}; one pixel is the {state.value.matrix.by === 'max' ? 'largest' : 'mean'} of
        its cells{hasHidden && !isWide && '; hatched: may not be seen'}
      </span>
    </div>
  );
}
