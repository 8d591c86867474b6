/** One head: its words in light, and its matrix. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { attentions, place } from '../../ask/model/opened.ts';
import { arranged } from '../../controls/arranged.ts';
import { MatrixPicture } from '../../controls/matrix-picture.tsx';
import { textWidth, unit, windowHeight } from '../../controls/size.ts';
import { TallPicture } from '../../controls/tall-picture.tsx';
import { Words } from '../../controls/words.tsx';
import { rays } from '../../pictures/arcs.ts';
import { plain } from '../../pictures/figures.ts';
import { largest, light } from '../../pictures/grid.ts';
import { LABEL_SIZE, type MatrixSetting } from '../../pictures/matrix.ts';
import { Marks } from '../../pictures/svg.tsx';
import { state } from '../../state/here.ts';
import { isOnStage, matrixRoom } from '../on-stage/on-stage.ts';
import { colors } from '../theme.ts';
import { openInMatrix, pickWord } from './picks.ts';
import { axisOf, focus, hover, pair, type Shown, shown } from './shown.ts';
import { headTitle } from './told.ts';

/** Of more words than this the light is drawn on a canvas. */
const MANY = 60;
/** Numbers are no words: of many the matrix tells more. */
const MOST_NUMBERS = 60;
const MOST_LINES = 4;

export function HeadSection({ width }: { width: number }): JSX.Element {
  const here = shown.value;
  const hasWords = attentions.value.tokens !== undefined || attentions.value.keys <= MOST_NUMBERS;
  return (
    <section class="model-head" aria-label="The head">
      <div class="model-head-title off-stage">
        <h2>{headTitle(place.value)}</h2>
        <button type="button" class="button off-stage" onClick={openInMatrix}>
          Open in Matrix
        </button>
      </div>
      {here === undefined && <p class="quiet">Reading …</p>}
      {here !== undefined && hasWords && here.pool[0] * here.pool[1] === 1 && <Sentence here={here} width={width} />}
      {here !== undefined && <Weights here={here} width={width} />}
    </section>
  );
}

function Sentence({ here, width }: { here: Shown; width: number }): JSX.Element {
  const { grid, queries, keys, isSelf } = here;
  const { sources, direction } = focus.value;
  const { direction: own } = state.value;
  const lines = useMemo(
    () =>
      arranged({
        query: { words: queries, indents: undefined },
        key: isSelf ? undefined : { words: keys, indents: undefined },
        direction: own,
        numbers: 1,
        width,
        unit: unit.value,
        measure: textWidth,
      }),
    [queries, keys, isSelf, own, width, unit.value],
  );
  const axis = axisOf(focus.value);
  const isLit = sources.length > 0;
  const [from, to, fromTop, toTop] =
    axis === 'row' || isSelf ? [lines.query, lines.key, 0, lines.keyTop] : [lines.key, lines.query, lines.keyTop, 0];
  const arcs = !isSelf ? 'between' : direction === 'looks-at' ? 'above' : 'below';
  const layers = [{ grid, paint: 'light' } as const];
  const marks = isLit ? rays({ from, to, fromTop, toTop, arcs, axis, sources, layers, unit: unit.value }) : [];
  const falling = isLit ? light(grid, axis, sources) : undefined;
  const { word } = place.value;
  const locked = word === undefined ? [] : [word];
  const isOfQueries = isSelf || direction === 'looks-at';
  const size = { width: lines.width, height: lines.height };
  // Of many lines the text scrolls by itself, or the matrix would be out of sight below them.
  const isScrolled = lines.query.lines > MOST_LINES && !isOnStage.value;
  return (
    <div class={isScrolled ? 'text is-scrolled' : 'text'} data-picture>
      <div class="sentence" style={{ width: `${lines.width}px`, height: `${lines.height}px` }}>
        {queries.length > MANY ? (
          <TallPicture marks={marks} {...size} colors={colors.value} />
        ) : (
          <Marks marks={marks} {...size} />
        )}
        <Words
          label={isSelf ? 'The words' : 'The words that look'}
          words={queries}
          line={lines.query}
          top={0}
          light={!isSelf && isOfQueries ? undefined : falling}
          sources={isOfQueries ? sources : []}
          locked={isSelf || own === 'looks-at' ? locked : []}
          onPoint={(index) => point('query', index)}
          onPick={pickWord}
        />
        {!isSelf && (
          <Words
            label="The words that are looked at"
            words={keys}
            line={lines.key}
            top={lines.keyTop}
            light={direction === 'looks-at' ? falling : undefined}
            sources={direction === 'looks-at' ? [] : sources}
            locked={own === 'looked-at' ? locked : []}
            onPoint={(index) => point('key', index)}
            onPick={pickWord}
          />
        )}
      </div>
    </div>
  );
}

/** Pointing at another word makes this one anew, pointing at the same does not. */
function point(side: 'query' | 'key', index: number | undefined): void {
  const now = hover.peek();
  if (now?.on === 'word' && now.side === side && now.index === index) return;
  hover.value = index === undefined ? undefined : { on: 'word', side, index };
}

const measure = (words: readonly string[]) =>
  Math.max(0, ...words.map((word) => textWidth(word, LABEL_SIZE * unit.peek())));

function Weights({ here, width }: { here: Shown; width: number }): JSX.Element {
  const { grid, queries, keys } = here;
  // As high as the window leaves it: with all of its rows in sight.
  const room = Math.min(
    width,
    ((matrixRoom.value ?? 0.85 * windowHeight.value) * grid.columns) / Math.max(1, grid.rows),
  );
  // Of many words every weight is small: then the largest is the brightest. Weights that stand in their cells are as they are.
  const most = grid.columns > MOST_NUMBERS ? largest(grid.values) : 1;
  const setting = useMemo(
    (): MatrixSetting => ({
      grid: most === 1 || most === 0 ? grid : { ...grid, values: grid.values.map((value) => value / most) },
      rowWords: queries,
      columnWords: keys,
      isHidden: () => false,
      width: room,
      unit: unit.value,
      measure,
    }),
    [grid, most, queries, keys, room, unit.value],
  );
  const shownPair = pair.value;
  return (
    <figure class="linked" data-picture>
      <MatrixPicture
        label={`Weights of ${headTitle(place.value)}, ${grid.rows} by ${grid.columns}; the arrow keys go from cell to cell`}
        setting={setting}
        colors={colors.value}
        axis={axisOf(focus.value)}
        sources={focus.value.sources}
        pair={shownPair && { row: shownPair.query, column: shownPair.key }}
        onPoint={(cell) => pointCell(cell)}
        onPick={({ row, column }) => pickWord(state.peek().direction === 'looks-at' ? row : column)}
        onWalk={pointCell}
      />
      {most !== 1 && <figcaption>The brightest is {plain(most)}, the largest weight of this head.</figcaption>}
    </figure>
  );
}

function pointCell(cell: { row: number; column: number } | undefined): void {
  const now = hover.peek();
  if (cell === undefined) hover.value = undefined;
  else if (now?.on !== 'cell' || now.query !== cell.row || now.key !== cell.column)
    hover.value = { on: 'cell', query: cell.row, key: cell.column };
}
