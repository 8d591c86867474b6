/** The matrices side by side where they fit, one place lit in all of them, each with its scale. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { CanvasPicture } from '../controls/canvas-picture.tsx';
import { SheetPicture } from '../controls/sheet-picture.tsx';
import { unit } from '../controls/size.ts';
import { LEGEND_HEIGHT, legend } from '../pictures/legend.ts';
import type { Sheet, SheetSetting } from '../pictures/sheet.ts';
import { lit, lock, measure, point, shown } from './shown.ts';
import { colors } from './theme.ts';

const GAP = 24;
/** One of several is no narrower where there is room. */
const LEAST_WIDTH = 300;
const MOST_HEIGHT = 480;
const LEGEND_WIDTH = 320;

export function Matrices({ width }: { width: number }): JSX.Element {
  const { matrices } = shown;
  const gap = GAP * unit.value;
  const fitting = Math.floor((width + gap) / (LEAST_WIDTH * unit.value + gap));
  const across = Math.max(1, Math.min(matrices.length, fitting));
  const own = Math.floor((width - (across - 1) * gap) / across);
  return (
    <div class="matrix-row">
      {matrices.map(({ title, sheet }, i) => (
        <Matrix key={title} id={`matrix-${i}`} title={title} sheet={sheet} width={own} />
      ))}
    </div>
  );
}

interface MatrixProps {
  id: string;
  title: string;
  sheet: Sheet;
  width: number;
}

function Matrix({ id, title, sheet, width }: MatrixProps): JSX.Element {
  const { rowWords, columnWords } = shown;
  const setting = useMemo((): SheetSetting => {
    const size = { width, height: MOST_HEIGHT * unit.value, unit: unit.value };
    // Columns that are only numbers are slivers, however many words there are.
    const words = { rows: sheet.rows, columns: sheet.isOfPairs ? sheet.columns : sheet.rows };
    return { sheet, words, rowWords, columnWords, ...size, measure };
  }, [sheet, width, unit.value]);
  const scale = useMemo(() => {
    const hasHidden = sheet.blocks.some(({ values }) => values.includes(Number.NEGATIVE_INFINITY));
    return legend({ ...sheet, hasHidden, unit: unit.value, measure });
  }, [sheet, unit.value]);
  const { row, column } = lit.value;
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <SheetPicture
        id={id}
        label={`${title}, ${sheet.rows} by ${sheet.columns}; the arrow keys walk the cells`}
        setting={setting}
        colors={colors.value}
        lit={{ row, column, tile: undefined }}
        onPoint={point}
        onPick={lock}
      />
      <CanvasPicture
        marks={scale}
        width={Math.min(width, LEGEND_WIDTH * unit.value)}
        height={LEGEND_HEIGHT * unit.value}
        colors={colors.value}
      />
    </figure>
  );
}
