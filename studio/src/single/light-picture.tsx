/** Words on a line, and the light between them. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Light, Spot } from '../carry/single-page.ts';
import { arranged } from '../controls/arranged.ts';
import { textWidth, unit } from '../controls/size.ts';
import { TallPicture } from '../controls/tall-picture.tsx';
import { Words } from '../controls/words.tsx';
import { type Layer, rays } from '../pictures/arcs.ts';
import { type Axis, light as lightOf } from '../pictures/grid.ts';
import type { Sheet } from '../pictures/sheet.ts';
import { Marks } from '../pictures/svg.tsx';
import { lit, lock, locked, point, shown } from './shown.ts';
import { colors } from './theme.ts';

/** Of more words than this the light is drawn on a canvas: hundreds of shapes that change at once would be late. */
const MANY = 60;

const layers: readonly Layer[] = shown.matrices.map(({ sheet }) => ({
  grid: { rows: sheet.rows, columns: sheet.columns, values: weightsOf(sheet) },
  paint: sheet.paint ?? 'light',
}));

/** What may not be seen has no weight. */
function weightsOf({ blocks: [{ values }] }: Sheet): Float32Array {
  return values.map((value) => (value === Number.NEGATIVE_INFINITY ? 0 : value));
}

export function LightPicture({ light, width }: { light: Light; width: number }): JSX.Element {
  const { isCross, direction, rowIndents, columnIndents } = light;
  const { rowWords, columnWords } = shown;
  const lines = useMemo(
    () =>
      arranged({
        query: { words: rowWords, indents: rowIndents },
        key: isCross ? { words: columnWords, indents: columnIndents } : undefined,
        direction,
        numbers: layers.length,
        width,
        unit: unit.value,
        measure: textWidth,
      }),
    [width, unit.value],
  );
  const axis = axisOf(lit.value, light);
  const sources = sourcesOf(lit.value, axis);
  const [from, to, fromTop, toTop] =
    axis === 'row' || !isCross ? [lines.query, lines.key, 0, lines.keyTop] : [lines.key, lines.query, lines.keyTop, 0];
  const arcs = isCross ? 'between' : direction === 'looks-at' ? 'above' : 'below';
  const marks =
    sources.length > 0 ? rays({ from, to, fromTop, toTop, arcs, axis, sources, layers, unit: unit.value }) : [];
  const falling = sources.length > 0 ? brightest(axis, sources) : undefined;
  const size = { width, height: lines.height };
  return (
    <div class="sentence" style={{ width: `${width}px`, height: `${lines.height}px` }}>
      {rowWords.length > MANY ? (
        <TallPicture marks={marks} {...size} colors={colors.value} />
      ) : (
        <Marks marks={marks} {...size} />
      )}
      <Words
        label={isCross ? 'The words that look' : 'The words'}
        words={rowWords}
        line={lines.query}
        top={0}
        light={isCross && axis === 'row' ? undefined : falling}
        sources={isCross && axis === 'column' ? [] : sources}
        locked={sourcesOf(locked.value, isCross ? 'row' : axis)}
        onPoint={(index) => point(index === undefined ? undefined : spotOn(isCross ? 'row' : axis, index))}
        onPick={(index) => lock(spotOn(isCross ? 'row' : axis, index))}
      />
      {isCross && (
        <Words
          label="The words that are looked at"
          words={columnWords}
          line={lines.key}
          top={lines.keyTop}
          light={axis === 'row' ? falling : undefined}
          sources={axis === 'row' ? [] : sources}
          locked={sourcesOf(locked.value, 'column')}
          onPoint={(index) => point(index === undefined ? undefined : spotOn('column', index))}
          onPick={(index) => lock(spotOn('column', index))}
        />
      )}
    </div>
  );
}

/** On which side the word stands that is lit: of two texts either, of one that of its direction. */
function axisOf({ row, column }: Spot, { isCross, direction }: Light): Axis {
  if (isCross && (row === undefined) !== (column === undefined)) return row === undefined ? 'column' : 'row';
  return direction === 'looks-at' ? 'row' : 'column';
}

function sourcesOf({ row, column }: Spot, axis: Axis): readonly number[] {
  const index = axis === 'row' ? row : column;
  return index === undefined ? [] : [index];
}

const spotOn = (axis: Axis, index: number): Spot =>
  axis === 'row' ? { row: index, column: undefined } : { row: undefined, column: index };

/** The light on each word, of whichever matrix throws most of it. */
function brightest(axis: Axis, sources: readonly number[]): Float32Array {
  const [first, ...others] = layers.map(({ grid }) => lightOf(grid, axis, sources));
  return first.map((weight, i) => Math.max(weight, ...others.map((other) => other[i])));
}
