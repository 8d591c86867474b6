/** A pattern with its name and its legend; and up to three side by side, below one another where that is too narrow. */
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { CanvasPicture } from '../../controls/canvas-picture.tsx';
import { SheetPicture } from '../../controls/sheet-picture.tsx';
import { unit } from '../../controls/size.ts';
import { LEGEND_HEIGHT, legend } from '../../pictures/legend.ts';
import type { Sheet, SheetSetting } from '../../pictures/sheet.ts';
import type { Pair } from '../../state/state.ts';
import { matrixRoom } from '../on-stage/on-stage.ts';
import { measure } from '../steps/measure.ts';
import { colors } from '../theme.ts';

const NARROW = 640;
const GAP = 24;
const MOST_HEIGHT = 416;
/** What stands around the cells on stage, beside what stands around any matrix there: names, words and a legend. */
const AROUND = 88;
const LEGEND_WIDTH = 360;
/** Where there is less room, what is hatched is said in a line of its own. */
const WIDE_LEGEND = 340;

/** How wide each of some pictures is that share a row. */
export function widthOfEach(width: number, count: number): number {
  const isBelow = count === 1 || width < NARROW * unit.value;
  return isBelow ? width : Math.floor((width - (count - 1) * GAP * unit.value) / count);
}

export function PatternRow({ width, children }: { width: number; children: ComponentChildren }): JSX.Element {
  return <div class={width < NARROW * unit.value ? 'pattern-row is-narrow' : 'pattern-row'}>{children}</div>;
}

interface PatternProps {
  id: string;
  title: string;
  /** What it is, for those who do not see it. */
  label: string;
  sheet: Sheet;
  /** Of its rows and its columns. */
  words: { queries: readonly string[]; keys: readonly string[] };
  width: number;
  hasHidden?: boolean;
  /** What is lit; of a row alone without a key. */
  cell: { query: number; key: number | undefined } | undefined;
  onPoint(cell: Pair | undefined): void;
  onPick(cell: Pair): void;
}

export function Pattern(props: PatternProps): JSX.Element {
  const { id, title, label, sheet, width, hasHidden = false, cell, onPoint, onPick } = props;
  const { queries, keys } = props.words;
  const room = matrixRoom.value;
  const setting = useMemo((): SheetSetting => {
    const most = MOST_HEIGHT * unit.value;
    const height = room === undefined ? most : Math.min(most, Math.max(room / 2, room - AROUND * unit.value));
    const size = { width, height, unit: unit.value };
    const counts = { rows: sheet.rows, columns: sheet.columns };
    return { sheet, words: counts, rowWords: queries, columnWords: keys, ...size, measure };
  }, [sheet, queries, keys, width, room, unit.value]);
  const isWide = width >= WIDE_LEGEND * unit.value;
  const legendMarks = useMemo(
    () => legend({ scale: sheet.scale, most: sheet.most, hasHidden: hasHidden && isWide, unit: unit.value, measure }),
    [sheet, hasHidden, isWide, unit.value],
  );
  return (
    <figure class="pattern">
      <figcaption>{title}</figcaption>
      <SheetPicture
        id={id}
        label={`${label}, ${sheet.rows} by ${sheet.columns}; the arrow keys walk the cells`}
        setting={setting}
        colors={colors.value}
        lit={{ row: cell?.query, column: cell?.key, tile: undefined }}
        onPoint={(at) => onPoint(at && { query: at.row, key: at.column })}
        onPick={({ row, column }) => onPick({ query: row, key: column })}
      />
      <CanvasPicture
        marks={legendMarks}
        width={Math.min(width, LEGEND_WIDTH * unit.value)}
        height={LEGEND_HEIGHT * unit.value}
        colors={colors.value}
      />
      {hasHidden && !isWide && <p class="about">Hatched: may not be seen.</p>}
    </figure>
  );
}
