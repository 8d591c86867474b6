/** The words, and the light between them. */
import type { JSX } from 'preact';
import { unit } from '../../controls/size.ts';
import { TallPicture } from '../../controls/tall-picture.tsx';
import { Words } from '../../controls/words.tsx';
import { rays } from '../../pictures/arcs.ts';
import { light } from '../../pictures/grid.ts';
import { Marks } from '../../pictures/svg.tsx';
import { state } from '../../state/here.ts';
import { colors } from '../theme.ts';
import type { Arrangement } from './arrangement.ts';
import { pickWord } from './picks.ts';
import { axisOf, focus, hover, layers, reading } from './shown.ts';

/** Of more words than this the light is drawn on a canvas: hundreds of shapes that change at once would be late. */
const MANY = 60;

export function SentencePicture({ lines }: { lines: Arrangement }): JSX.Element {
  const { queryWords, keyWords, width, height } = lines;
  const isCross = reading.value?.isCross ?? false;
  const { sources, direction } = focus.value;
  const axis = axisOf(focus.value);
  const isLit = sources.length > 0 && layers.value.length > 0;
  const [from, to, fromTop, toTop] =
    axis === 'row' || !isCross ? [lines.query, lines.key, 0, lines.keyTop] : [lines.key, lines.query, lines.keyTop, 0];
  const arcs = isCross ? 'between' : direction === 'looks-at' ? 'above' : 'below';
  const marks = isLit
    ? rays({ from, to, fromTop, toTop, arcs, axis, sources, layers: layers.value, unit: unit.value })
    : [];
  const falling = isLit ? brightest(axis, sources) : undefined;
  const onQueries = direction === 'looks-at' ? sources : [];
  const { locked, direction: lockedDirection } = state.value;
  return (
    <div class="sentence" style={{ width: `${width}px`, height: `${height}px` }}>
      {queryWords.length > MANY ? (
        <TallPicture marks={marks} width={width} height={height} colors={colors.value} />
      ) : (
        <Marks marks={marks} width={width} height={height} />
      )}
      <Words
        label={isCross ? 'The sentence that looks' : 'The sentence'}
        words={queryWords}
        line={lines.query}
        top={0}
        light={isCross && direction === 'looks-at' ? undefined : falling}
        sources={isCross ? onQueries : sources}
        locked={isCross && lockedDirection === 'looked-at' ? [] : locked}
        onPoint={(index) => point('query', index)}
        onPick={(index, isAdded) => pickWord(index, isCross ? 'looks-at' : state.value.direction, isAdded)}
      />
      {isCross && (
        <Words
          label="The sentence that is looked at"
          words={keyWords}
          line={lines.key}
          top={lines.keyTop}
          light={direction === 'looks-at' ? falling : undefined}
          sources={direction === 'looks-at' ? [] : sources}
          locked={lockedDirection === 'looked-at' ? locked : []}
          onPoint={(index) => point('key', index)}
          onPick={(index, isAdded) => pickWord(index, 'looked-at', isAdded)}
        />
      )}
    </div>
  );
}

/** Pointing at another word makes this one anew, pointing at the same does not. */
function point(side: 'query' | 'key', index: number | undefined): void {
  const now = hover.peek();
  if (now?.on === 'word' && now.side === side && now.index === index) return;
  hover.value = index === undefined ? undefined : { on: 'word', side, index };
}

/** The light on each word, of whichever head throws most of it. */
function brightest(axis: 'row' | 'column', sources: readonly number[]): Float32Array {
  const [first, ...others] = layers.value.map(({ grid }) => light(grid, axis, sources));
  return first.map((weight, i) => Math.max(weight, ...others.map((other) => other[i])));
}
